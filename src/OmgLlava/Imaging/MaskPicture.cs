namespace OmgLlava.Imaging;

/// <summary>Reads a mask out of a picture: which of its pixels are meant.</summary>
internal static class MaskPicture
{
    private const byte Half = 128;
    private const byte NearlyBlack = 26;
    private const byte NearlyWhite = 229;

    /// <summary>Decides which pixels are inside.</summary>
    /// <param name="picture">The picture, with the numbers of its file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="OmgLlavaException">It could mean several things.</exception>
    public static Mask Read(DecodedPicture picture, string name)
    {
        byte[] rgba = picture.ToRgba();
        byte[] alpha = new byte[rgba.Length / 4];
        byte[] lit = new byte[alpha.Length];
        for (int i = 0; i < alpha.Length; i++)
        {
            alpha[i] = rgba[(4 * i) + 3];
            lit[i] = alpha[i] == 0 ? (byte)0 : Math.Max(rgba[4 * i], Math.Max(rgba[(4 * i) + 1], rgba[(4 * i) + 2]));
        }

        if (alpha.AsSpan().IndexOfAnyExcept(alpha[0]) < 0)
        {
            return new Mask(picture.Width, picture.Height, Inside(lit, "brightness", name));
        }

        bool[] opaque = Inside(alpha, "opacity", name);
        RequireOneMeaning(rgba, opaque, name);
        return new Mask(picture.Width, picture.Height, opaque);
    }

    /// <summary>Of two values the greater is inside; of many, as at soft edges, those from one half on.</summary>
    private static bool[] Inside(byte[] values, string what, string name)
    {
        int[] counts = new int[256];
        foreach (byte value in values)
        {
            counts[value]++;
        }

        int[] found = [.. Enumerable.Range(0, 256).Where(value => counts[value] > 0)];
        if (found.Length <= 2)
        {
            byte least = found[0] == 0 ? (byte)1 : Half;
            return Array.ConvertAll(values, value => value >= least);
        }

        long some = values.Length - counts[0];
        long between = Enumerable.Range(NearlyBlack, NearlyWhite - NearlyBlack).Sum(value => (long)counts[value]);
        return counts.AsSpan(NearlyWhite).ContainsAnyExcept(0) && 2 * between <= some
            ? Array.ConvertAll(values, value => value >= Half)
            : throw new OmgLlavaException(
                $"'{name}' has {found.Length} levels of {what} between {found[0]} and {found[^1]}: it could be a picture, or "
                    + $"a map of several objects. A mask has two, 0 outside and 255 inside."
            );
    }

    /// <summary>Colours beside an alpha channel must not tell another mask: black and white, but elsewhere.</summary>
    private static void RequireOneMeaning(byte[] rgba, bool[] opaque, string name)
    {
        (bool black, bool white, bool same) = (false, false, true);
        for (int i = 0; i < opaque.Length; i++)
        {
            (byte r, byte g, byte b) = (rgba[4 * i], rgba[(4 * i) + 1], rgba[(4 * i) + 2]);
            if (r != g || g != b || r is not (0 or 255))
            {
                return; // a picture that was cut out
            }

            (black, white, same) = (black || r == 0, white || r == 255, same && opaque[i] == (r == 255));
        }

        if (black && white && !same)
        {
            throw new OmgLlavaException(
                $"'{name}' could be two masks, one of its alpha channel and one of its black and white pixels; remove one of "
                    + $"them."
            );
        }
    }
}
