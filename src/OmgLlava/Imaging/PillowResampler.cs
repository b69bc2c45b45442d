namespace OmgLlava.Imaging;

/// <summary>
/// Bicubic resizing of 8-bit pictures with the arithmetic of Pillow, on which the published preprocessing rests: antialiased when
/// shrinking, coefficients in fixed point with 22 bits, rounded to 8 bits after each of the two passes.
/// </summary>
internal static class PillowResampler
{
    private const int PrecisionBits = 32 - 8 - 2;
    private const double Support = 2.0;

    /// <summary>Resizes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    public static RgbImage Bicubic(RgbImage image, int width, int height) =>
        Bicubic(image, new ImagePadding(0, 0, image.Width, image.Height, default), width, height);

    /// <summary>Resizes a picture together with its padding, without ever holding the padded one. The numbers are those of
    /// padding first.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="padding">The larger picture that it lies in.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="cancellation">Stops between rows.</param>
    internal static RgbImage Bicubic(
        RgbImage image,
        ImagePadding padding,
        int width,
        int height,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var options = new ParallelOptions { CancellationToken = cancellation };
        byte[] rows = Horizontal(image, padding, width, options);
        byte[] border = Horizontal(new RgbImage(1, 1, Colored(padding.Color, 1)), padding with { Left = 0 }, width, options);
        return new RgbImage(width, height, Vertical(rows, border, padding, width, height, options));
    }

    /// <summary>The rows of the picture, padded and resized.</summary>
    private static byte[] Horizontal(RgbImage image, ImagePadding padding, int target, ParallelOptions options)
    {
        Taps[]? taps = target == padding.Width ? null : Precompute(padding.Width, target);
        byte[] result = new byte[3 * target * image.Height];
        int stride = 3 * image.Width;
        Parallel.For(
            0,
            image.Height,
            options,
            () => Colored(padding.Color, padding.Width),
            (y, _, padded) =>
            {
                image.Pixels.Slice(stride * y, stride).CopyTo(padded.AsSpan(3 * padding.Left));
                Span<byte> into = result.AsSpan(3 * target * y, 3 * target);
                if (taps is null)
                {
                    padded.CopyTo(into);
                }
                else
                {
                    Resample(padded, taps, into);
                }

                return padded;
            },
            _ => { }
        );
        return result;
    }

    private static void Resample(ReadOnlySpan<byte> row, Taps[] taps, Span<byte> into)
    {
        for (int x = 0; x < taps.Length; x++)
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
    }

    private static byte[] Vertical(
        byte[] rows,
        byte[] border,
        ImagePadding padding,
        int width,
        int target,
        ParallelOptions options
    )
    {
        if (target == padding.Height && rows.Length == border.Length * target)
        {
            return rows;
        }

        Taps[] taps =
            target == padding.Height
                ? [.. Enumerable.Range(0, target).Select(y => new Taps(y, [1 << PrecisionBits]))]
                : Precompute(padding.Height, target);
        int stride = 3 * width;
        int height = rows.Length / stride;
        byte[] result = new byte[stride * target];
        Parallel.For(
            0,
            target,
            options,
            () => new int[stride],
            (y, _, sums) =>
            {
                (int first, int[] weights) = taps[y];
                Array.Fill(sums, 1 << (PrecisionBits - 1));
                for (int i = 0; i < weights.Length; i++)
                {
                    int place = first + i - padding.Top;
                    ReadOnlySpan<byte> row = place >= 0 && place < height ? rows.AsSpan(stride * place, stride) : border;
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

                return sums;
            },
            _ => { }
        );
        return result;
    }

    private static byte[] Colored(RgbColor color, int width)
    {
        byte[] row = new byte[3 * width];
        for (int i = 0; i < row.Length; i += 3)
        {
            (row[i], row[i + 1], row[i + 2]) = (color.R, color.G, color.B);
        }

        return row;
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
