using OmgLlava.Engine;

namespace OmgLlava.Vision;

/// <summary>The sine encodings of positions (Mask2Former and DAB-DETR, as mmdet computes them), and the coarser waves that tell
/// places.</summary>
internal static class Waves
{
    /// <summary>How many numbers tell one coordinate in <see cref="OfPlaces"/>.</summary>
    public const int PerCoordinate = 2 * Octaves;

    /// <summary>Wavelengths are the picture's side times 2, 1, ½, ... .</summary>
    private const int Octaves = 5;

    private const float Temperature = 10000;

    /// <summary>Encodes the cells of a grid; the first half of the channels tells the row, the second the column.</summary>
    /// <returns>(height * width, channels).</returns>
    public static Tensor Grid(int height, int width, int channels)
    {
        var result = new Tensor(height * width, channels);
        int half = channels / 2;
        float[][] rows = [.. Enumerable.Range(0, height).Select(y => Of(Normalized(y, height), half))];
        float[][] columns = [.. Enumerable.Range(0, width).Select(x => Of(Normalized(x, width), half))];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Span<float> cell = result.Row((y * width) + x);
                rows[y].CopyTo(cell);
                columns[x].CopyTo(cell[half..]);
            }
        }

        return result;
    }

    /// <summary>What is added to the encoding of a cell for the first and only frame of a video, as the mask decoder's keys have
    /// it.</summary>
    public static float[] SingleFrame(int channels) => Of(Normalized(0, 1), channels);

    /// <summary>Encodes boxes given as (cx, cy, w, h) in 0..1; the channel groups are those of cy, cx, w, h.</summary>
    /// <param name="boxes">(N, 4).</param>
    /// <param name="channels">Channels for each of the four numbers.</param>
    /// <returns>(N, 4 * channels).</returns>
    public static Tensor Boxes(Tensor boxes, int channels)
    {
        var result = new Tensor(boxes.Rows, 4 * channels);
        for (int n = 0; n < boxes.Rows; n++)
        {
            foreach ((int place, int number) in ((int[])[1, 0, 2, 3]).Index())
            {
                Of(boxes.Row(n)[number] * (float)(2 * Math.PI), channels).CopyTo(result.Row(n)[(place * channels)..]);
            }
        }

        return result;
    }

    /// <summary>Sines, then cosines, that tell places coarsely and finely.</summary>
    /// <param name="coordinates">(M, N) in 0..1.</param>
    /// <param name="height">How high the waves are.</param>
    /// <returns>(M, N * <see cref="PerCoordinate"/>).</returns>
    public static Tensor OfPlaces(Tensor coordinates, float height)
    {
        int count = coordinates.Width;
        var result = new Tensor(coordinates.Rows, count * PerCoordinate);
        for (int m = 0; m < coordinates.Rows; m++)
        {
            Span<float> from = coordinates.Row(m);
            Span<float> to = result.Row(m);
            for (int i = 0; i < count * Octaves; i++)
            {
                float phase = from[i / Octaves] * (MathF.PI * (1 << (i % Octaves)));
                (to[i], to[(count * Octaves) + i]) = (height * MathF.Sin(phase), height * MathF.Cos(phase));
            }
        }

        return result;
    }

    /// <summary>(height * width, 2): x, y of each cell's centre in 0..1.</summary>
    public static Tensor CellCenters(int height, int width)
    {
        var result = new Tensor(height * width, 2);
        for (int cell = 0; cell < height * width; cell++)
        {
            Span<float> at = result.Row(cell);
            (at[0], at[1]) = (((cell % width) + 0.5f) / width, ((cell / width) + 0.5f) / height);
        }

        return result;
    }

    /// <summary>1 .. count, scaled so that the last is 2π.</summary>
    private static float Normalized(int index, int count) => (index + 1) / (float)(count + 1e-6) * (float)(2 * Math.PI);

    /// <summary>Sine in even, cosine in odd channels, at wavelengths that grow with the channel.</summary>
    private static float[] Of(float angle, int channels)
    {
        float[] result = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            float phase = angle / MathF.Pow(Temperature, c / 2 * (float)(2.0 / channels));
            result[c] = c % 2 == 0 ? MathF.Sin(phase) : MathF.Cos(phase);
        }

        return result;
    }
}
