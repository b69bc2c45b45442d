using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>Where visual tokens stand in their picture: boxes (cx, cy, w, h) in shares of the sides.</summary>
internal static class TokenPlaces
{
    private const float Spread = 3.4641016f; // a line of length w has the standard deviation w / √12
    private const float Least = 1e-6f;

    /// <summary>(h * w, 4): the cells of a grid, row by row.</summary>
    public static Tensor OfCells(int height, int width)
    {
        using Tensor centers = Waves.CellCenters(height, width);
        var result = new Tensor(height * width, 4);
        for (int cell = 0; cell < centers.Rows; cell++)
        {
            Span<float> box = result.Row(cell);
            centers.Row(cell).CopyTo(box);
            (box[2], box[3]) = (1f / width, 1f / height);
        }

        return result;
    }

    /// <summary>
    /// The box of a mask by its moments, which a few stray pixels hardly move: the centre of mass, and the sides of the
    /// rectangle that spreads about it as
    /// widely. A mask without pixels stands everywhere: (½, ½, 1, 1).
    /// </summary>
    /// <param name="maskLogits">(N, H', W').</param>
    /// <returns>(N, 4).</returns>
    public static Tensor OfMasks(Tensor maskLogits)
    {
        (int height, int width) = (maskLogits.Shape[1], maskLogits.Shape[2]);
        var result = new Tensor(maskLogits.Shape[0], 4);
        for (int n = 0; n < maskLogits.Shape[0]; n++)
        {
            float[] rows = new float[height];
            float[] columns = new float[width];
            for (int y = 0; y < height; y++)
            {
                Span<float> logits = maskLogits.Row((n * height) + y);
                for (int x = 0; x < width; x++)
                {
                    float inside = logits[x] > 0 ? 1 : 0;
                    rows[y] += inside;
                    columns[x] += inside;
                }
            }

            Span<float> box = result.Row(n);
            (box[0], box[2]) = Moments(columns);
            (box[1], box[3]) = Moments(rows);
        }

        return result;
    }

    /// <summary>Centre and spread of pixel counts along one side.</summary>
    private static (float Center, float Side) Moments(float[] counts)
    {
        float[] share = [.. counts.Select(count => count + (Least / counts.Length))];
        float sum = share.Sum();
        float center = share.Select((part, i) => part / sum * At(i)).Sum();
        float variance = share.Select((part, i) => part / sum * (At(i) - center) * (At(i) - center)).Sum();
        return (center, MathF.Sqrt(variance) * Spread);

        float At(int index) => (index + 0.5f) / counts.Length;
    }
}
