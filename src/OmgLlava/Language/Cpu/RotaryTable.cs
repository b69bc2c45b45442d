namespace OmgLlava.Language.Cpu;

/// <summary>Cosines and sines of new positions (RoPE), each (rows, tokens, head size / 2).</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly long _half;
    private readonly long _count;

    /// <param name="config">Base, head size and scaling.</param>
    /// <param name="cache">Tells the positions that were before, and the padding.</param>
    /// <param name="tokens">New positions of each row.</param>
    public RotaryTable(LanguageConfig config, CpuKvCache cache, int tokens)
    {
        int rows = cache.LeftPadding.Count;
        _half = config.HeadSize / 2;
        _count = (long)rows * tokens * _half;
        _memory = AlignedMemory.Of<float>(2 * _count);
        float* cosine = (float*)_memory.Pointer;
        float[] frequencies = Frequencies(config, cache.Length + tokens);
        for (int row = 0; row < rows; row++)
        {
            for (int token = 0; token < tokens; token++)
            {
                float position = Math.Max(0, cache.Length + token - cache.LeftPadding[row]);
                foreach (float frequency in frequencies)
                {
                    (float sin, float cos) = MathF.SinCos(position * frequency);
                    (cosine[0], cosine[_count]) = (cos, sin);
                    cosine++;
                }
            }
        }
    }

    /// <summary>(head size / 2) of a token, counted over all rows.</summary>
    public float* Cosine(int token) => (float*)_memory.Pointer + (token * _half);

    /// <summary>(head size / 2) of a token, counted over all rows.</summary>
    public float* Sine(int token) => Cosine(token) + _count;

    public void Dispose() => _memory.Dispose();

    /// <summary>How fast each pair of numbers turns; beyond the trained positions the base grows (dynamic NTK).</summary>
    private static float[] Frequencies(LanguageConfig config, long length)
    {
        int size = config.HeadSize;
        double theta = config.RopeTheta;
        if (config.RopeScaling is { } scaling && length > config.MaxPositions)
        {
            double stretch = (scaling.Factor * length / config.MaxPositions) - (scaling.Factor - 1);
            theta *= Math.Pow(stretch, size / (size - 2.0));
        }

        return [.. Enumerable.Range(0, size / 2).Select(i => (float)(1 / Math.Pow(theta, 2.0 * i / size)))];
    }
}
