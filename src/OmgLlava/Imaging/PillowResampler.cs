namespace OmgLlava.Imaging;

/// <summary>
/// Bicubic resizing of 8-bit pictures with the arithmetic of Pillow, on which the published preprocessing rests: antialiased when
/// shrinking, coefficients in fixed point with 22 bits, rounded to 8 bits after each of the two passes.
/// </summary>
public static class PillowResampler
{
    private const int PrecisionBits = 32 - 8 - 2;
    private const double Support = 2.0;

    /// <summary>Resizes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    public static RgbImage Bicubic(RgbImage image, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] pixels = image.Pixels.ToArray();
        if (width != image.Width)
        {
            pixels = Horizontal(pixels, image.Width, image.Height, width);
        }

        if (height != image.Height)
        {
            pixels = Vertical(pixels, width, image.Height, height);
        }

        return new RgbImage(width, height, pixels);
    }

    private static byte[] Horizontal(byte[] source, int width, int height, int target)
    {
        Taps[] taps = Precompute(width, target);
        byte[] result = new byte[3 * target * height];
        Parallel.For(0, height, y =>
        {
            ReadOnlySpan<byte> row = source.AsSpan(3 * width * y, 3 * width);
            Span<byte> into = result.AsSpan(3 * target * y, 3 * target);
            for (int x = 0; x < target; x++)
            {
                (int first, int[] weights) = taps[x];
                int r = 1 << (PrecisionBits - 1);
                int g = r;
                int b = r;
                for (int i = 0, at = 3 * first; i < weights.Length; i++, at += 3)
                {
                    r += row[at] * weights[i];
                    g += row[at + 1] * weights[i];
                    b += row[at + 2] * weights[i];
                }

                (into[3 * x], into[(3 * x) + 1], into[(3 * x) + 2]) = (Clip(r), Clip(g), Clip(b));
            }
        });
        return result;
    }

    private static byte[] Vertical(byte[] source, int width, int height, int target)
    {
        Taps[] taps = Precompute(height, target);
        int stride = 3 * width;
        byte[] result = new byte[stride * target];
        Parallel.For(0, target, y =>
        {
            (int first, int[] weights) = taps[y];
            int[] sums = new int[stride];
            Array.Fill(sums, 1 << (PrecisionBits - 1));
            for (int i = 0; i < weights.Length; i++)
            {
                ReadOnlySpan<byte> row = source.AsSpan(stride * (first + i), stride);
                int weight = weights[i];
                for (int x = 0; x < row.Length; x++)
                {
                    sums[x] += row[x] * weight;
                }
            }

            for (int x = 0; x < stride; x++)
            {
                result[(stride * y) + x] = Clip(sums[x]);
            }
        });
        return result;
    }

    private static byte Clip(int value) => (byte)Math.Clamp(value >> PrecisionBits, 0, 255);

    /// <summary>For each target cell the first source cell and the fixed-point weights of it and the following ones.</summary>
    private static Taps[] Precompute(int source, int target)
    {
        double scale = (double)source / target;
        double stretch = Math.Max(scale, 1.0);
        double support = Support * stretch;
        var taps = new Taps[target];
        for (int i = 0; i < target; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(source, (int)(center + support + 0.5));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(x => Kernel((x - center + 0.5) / stretch))];
            double sum = weights.Sum();
            taps[i] = new Taps(first, [.. weights.Select(weight => Fixed(sum != 0 ? weight / sum : weight))]);
        }

        return taps;
    }

    private static int Fixed(double weight) => (int)((weight * (1 << PrecisionBits)) + (weight < 0 ? -0.5 : 0.5));

    /// <summary>Keys' cubic with a = -0.5.</summary>
    private static double Kernel(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? (((((x - 5) * x) + 8) * x) - 4) * A
            : 0;
    }

    private readonly record struct Taps(int First, int[] Weights);
}
