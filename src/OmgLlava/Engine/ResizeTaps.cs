namespace OmgLlava.Engine;

/// <summary>Bilinear resizing along one side, as PyTorch does it with align_corners False and without antialiasing.</summary>
/// <param name="First">The first of the two source cells.</param>
/// <param name="Second">The other one.</param>
/// <param name="Weight">Weight of the second, in 0..1; the first has the rest.</param>
internal readonly record struct ResizeTaps(int First, int Second, float Weight)
{
    /// <summary>The taps of each target cell.</summary>
    public static ResizeTaps[] Of(int source, int target)
    {
        float scale = (float)source / target;
        var taps = new ResizeTaps[target];
        for (int i = 0; i < target; i++)
        {
            float position = Math.Max(0, (scale * (i + 0.5f)) - 0.5f);
            int first = Math.Min((int)position, source - 1);
            taps[i] = new ResizeTaps(first, Math.Min(first + 1, source - 1), position - first);
        }

        return taps;
    }
}
