using OmgLlava.Imaging;

namespace OmgLlava.Training.Samples;

/// <summary>A part of a photograph as it is shown this time: cut out, perhaps from close to one thing, perhaps mirrored, a little
/// lighter or darker. A few thousand photographs become many.</summary>
/// <param name="X">Left edge in pixels.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Mirrored">Whether left and right change places.</param>
/// <param name="Gain">Factor of all levels.</param>
/// <param name="Lift">Added to all levels.</param>
internal sealed record PhotoView(int X, int Y, int Width, int Height, bool Mirrored, double Gain, double Lift)
{
    private const double LeastSide = 0.55;
    private const double WholeShare = 0.35;
    private const double CloseShare = 0.3;
    private const double ClosestSide = 1.25; // of the thing's longer side
    private const double FarthestSide = 4;
    private const double LeastCloseSide = 64;
    private const double MostGain = 0.15;
    private const double MostLift = 16;

    /// <summary>A view by chance.</summary>
    /// <param name="width">Width of the photograph.</param>
    /// <param name="height">Its height.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="whole">Whether nothing may be cut off.</param>
    /// <param name="things">Boxes of things that it may come close to, so that small ones are seen large too.</param>
    public static PhotoView Draw(int width, int height, Random random, bool whole, IReadOnlyList<PixelBox> things)
    {
        bool cut = random.NextDouble() >= WholeShare && !whole;
        bool close = cut && things.Count > 0 && random.NextDouble() < CloseShare;
        (int x, int y, int w, int h) = close ? Close(things[random.Next(things.Count)]) : Anywhere();
        return new PhotoView(
            x,
            y,
            w,
            h,
            random.Next(2) == 0,
            1 + (MostGain * ((2 * random.NextDouble()) - 1)),
            MostLift * ((2 * random.NextDouble()) - 1)
        );

        (int X, int Y, int Width, int Height) Anywhere()
        {
            int w = cut ? Part(width) : width;
            int h = cut ? Part(height) : height;
            return (random.Next(width - w + 1), random.Next(height - h + 1), w, h);
        }

        // A square, as far as the photograph reaches, that holds all of the thing.
        (int X, int Y, int Width, int Height) Close(PixelBox thing)
        {
            double times = ClosestSide + ((FarthestSide - ClosestSide) * random.NextDouble());
            int side = (int)Math.Ceiling(Math.Max(LeastCloseSide, times * Math.Max(thing.Width, thing.Height)));
            (int w, int h) = (Math.Min(side, width), Math.Min(side, height));
            return (Place(thing.X0, thing.X1, w, width), Place(thing.Y0, thing.Y1, h, height), w, h);
        }

        int Place(float start, float end, int length, int all)
        {
            int first = Math.Max(0, (int)end - length);
            return random.Next(first, Math.Max(first, Math.Min(all - length, (int)start)) + 1);
        }

        int Part(int side) => Math.Max(1, (int)(side * (LeastSide + ((1 - LeastSide) * random.NextDouble()))));
    }

    /// <summary>The photograph as seen.</summary>
    public RgbImage Of(RgbImage photo)
    {
        byte[] table = [.. Enumerable.Range(0, 256).Select(level => (byte)Math.Clamp((level * Gain) + Lift, 0, 255))];
        byte[] seen = new byte[3 * Width * Height];
        ReadOnlySpan<byte> pixels = photo.Pixels;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int from = 3 * (((Y + y) * photo.Width) + Source(x));
                int to = 3 * ((y * Width) + x);
                (seen[to], seen[to + 1], seen[to + 2]) = (table[pixels[from]], table[pixels[from + 1]], table[pixels[from + 2]]);
            }
        }

        return new RgbImage(Width, Height, seen);
    }

    /// <summary>A mask as seen.</summary>
    public Mask Of(Mask mask)
    {
        bool[] seen = new bool[Width * Height];
        ReadOnlySpan<bool> pixels = mask.Pixels;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                seen[(y * Width) + x] = pixels[((Y + y) * mask.Width) + Source(x)];
            }
        }

        return new Mask(Width, Height, seen);
    }

    private int Source(int x) => X + (Mirrored ? Width - 1 - x : x);
}
