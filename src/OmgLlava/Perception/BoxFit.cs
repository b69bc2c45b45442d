using OmgLlava.Imaging;

namespace OmgLlava.Perception;

/// <summary>
/// Fits the mask of a box to the picture: colours that are frequent in the mask and rare around it count for it, as GrabCut has
/// them do (Rother et al. 2004), and where the mask stays far from a side of its box, less certain pixels are taken until it
/// comes near: whoever draws a box draws it around something. Not in the paper.
/// </summary>
internal static class BoxFit
{
    private const int Levels = 16; // of each of three colours
    private const int Samples = 4; // along each side of a cell of the logits
    private const int Rounds = 2;
    private const float ColorWeight = 1.2f;
    private const float MostCertain = 5; // a logit beyond which no colour would count
    private const float Least = 1e-3f / (Levels * Levels); // of a colour that is nowhere
    private const double Near = 0.15; // of the box's side; boxes are drawn as loosely as that
    private const float MostTaken = 6; // the lowest logit that may be taken for the mask
    private static readonly float[] Blur = [0.0545f, 0.2442f, 0.4026f, 0.2442f, 0.0545f]; // a Gaussian of one level

    /// <summary>The mask logits of a box, fitted.</summary>
    /// <param name="logits">(h, w) in the frame of the model's input, row by row.</param>
    /// <param name="width">w.</param>
    /// <param name="picture">The picture that was looked at.</param>
    /// <param name="box">The box in its pixels.</param>
    /// <returns>(h, w).</returns>
    public static float[] Apply(ReadOnlySpan<float> logits, int width, RgbImage picture, PixelBox box)
    {
        int height = logits.Length / width;
        int side = Math.Max(picture.Width, picture.Height);
        var (left, top) = ((side - picture.Width) / 2, (side - picture.Height) / 2); // padding, as ImageGeometry has it
        var (first, end) = Cells(box.X0 + left, box.X1 + left, width, side);
        var (above, below) = Cells(box.Y0 + top, box.Y1 + top, height, side);
        int[] colors = Colors(picture, height, width);
        float[] fitted = new float[logits.Length];
        for (int i = 0; i < fitted.Length; i++)
        {
            fitted[i] = Math.Clamp(logits[i], -MostCertain, MostCertain);
        }

        float[] own = [.. fitted];
        Reach(fitted);
        for (int round = 0; round < Rounds; round++)
        {
            float[] evidence = Evidence(fitted, colors, IsInside);
            for (int i = 0; i < fitted.Length; i++)
            {
                fitted[i] = own[i] + (colors[i] < 0 ? 0 : ColorWeight * evidence[colors[i]]);
            }

            Reach(fitted);
        }

        return fitted;

        bool IsInside(int cell) =>
            cell % width >= first && cell % width < end && cell / width >= above && cell / width < below;

        // Raises all logits until one near each side of the box is above 0, if that takes no more than MostTaken.
        void Reach(float[] map)
        {
            int aside = Math.Max(1, (int)Math.Round(Near * (end - first)));
            int over = Math.Max(1, (int)Math.Round(Near * (below - above)));
            float least = Math.Min(
                Math.Min(Largest(first, first + aside, above, below), Largest(end - aside, end, above, below)),
                Math.Min(Largest(first, end, above, above + over), Largest(first, end, below - over, below))
            );
            float missing = Math.Clamp(-least, 0, MostTaken);
            for (int i = 0; missing > 0 && i < map.Length; i++)
            {
                map[i] += missing;
            }

            float Largest(int x0, int x1, int y0, int y1)
            {
                float largest = float.NegativeInfinity;
                for (int y = y0; y < y1; y++)
                {
                    for (int x = x0; x < x1; x++)
                    {
                        largest = MathF.Max(largest, map[(y * width) + x]);
                    }
                }

                return largest;
            }
        }
    }

    /// <summary>The cells of a side that a span touches, at least one.</summary>
    private static (int First, int End) Cells(float start, float end, int cells, int side)
    {
        int first = Math.Clamp((int)MathF.Floor(start * cells / side), 0, cells - 1);
        return (first, Math.Clamp((int)MathF.Ceiling(end * cells / side), first + 1, cells));
    }

    /// <summary>(h * w): the bin of each cell's mean colour; -1 in the padding.</summary>
    private static int[] Colors(RgbImage picture, int height, int width)
    {
        int side = Math.Max(picture.Width, picture.Height);
        (int left, int top) = ((side - picture.Width) / 2, (side - picture.Height) / 2);
        int[] bins = new int[height * width];
        ReadOnlySpan<byte> pixels = picture.Pixels;
        for (int cell = 0; cell < bins.Length; cell++)
        {
            (int red, int green, int blue, int seen) = (0, 0, 0, 0);
            for (int sample = 0; sample < Samples * Samples; sample++)
            {
                int x = At(cell % width, sample % Samples, width) - left;
                int y = At(cell / width, sample / Samples, height) - top;
                if (x >= 0 && x < picture.Width && y >= 0 && y < picture.Height)
                {
                    int pixel = 3 * ((y * picture.Width) + x);
                    (red, green, blue) = (red + pixels[pixel], green + pixels[pixel + 1], blue + pixels[pixel + 2]);
                    seen++;
                }
            }

            bins[cell] = seen == 0 ? -1 : (((Level(red) * Levels) + Level(green)) * Levels) + Level(blue);

            int Level(int sum) => sum * Levels / (256 * seen);
        }

        return bins;

        int At(int cell, int sample, int cells) => (int)((cell + ((sample + 0.5) / Samples)) * side / cells);
    }

    /// <summary>For each colour the logarithm of how much more frequent it is in the mask than elsewhere.</summary>
    private static float[] Evidence(float[] logits, int[] colors, Func<int, bool> isInside)
    {
        float[] mask = new float[Levels * Levels * Levels];
        float[] around = new float[mask.Length];
        for (int cell = 0; cell < colors.Length; cell++)
        {
            if (colors[cell] >= 0)
            {
                float probability = isInside(cell) ? MaskEnlarger.Sigmoid(logits[cell]) : 0;
                mask[colors[cell]] += probability;
                around[colors[cell]] += 1 - probability;
            }
        }

        (mask, around) = (Shares(mask), Shares(around));
        return [.. mask.Zip(around, (inside, outside) => MathF.Log((inside + Least) / (outside + Least)))];
    }

    /// <summary>Frequencies, spread over the colours nearby.</summary>
    private static float[] Shares(float[] counts)
    {
        float[] shares = counts;
        foreach (int stride in (ReadOnlySpan<int>)[1, Levels, Levels * Levels])
        {
            float[] spread = new float[shares.Length];
            for (int i = 0; i < shares.Length; i++)
            {
                int level = i / stride % Levels;
                for (int step = -2; step <= 2; step++)
                {
                    spread[i] += Blur[step + 2] * shares[i + ((Math.Clamp(level + step, 0, Levels - 1) - level) * stride)];
                }
            }

            shares = spread;
        }

        float sum = MathF.Max(shares.Sum(), 1e-6f);
        return [.. shares.Select(share => share / sum)];
    }
}
