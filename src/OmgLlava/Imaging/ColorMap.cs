namespace OmgLlava.Imaging;

/// <summary>The colour word of every pixel of a picture.</summary>
internal sealed class ColorMap
{
    private readonly byte[] _colors;

    public ColorMap(RgbImage picture)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        _colors = new byte[pixels.Length / 3];
        for (int i = 0; i < _colors.Length; i++)
        {
            _colors[i] = (byte)ColorNames.Of(pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]);
        }
    }

    /// <summary>The share of each word of <see cref="ColorNames.All"/> under a mask; all 0 for an empty one.</summary>
    /// <param name="mask">As large as the picture.</param>
    public double[] Shares(Mask mask)
    {
        double[] shares = new double[ColorNames.All.Count];
        ReadOnlySpan<bool> inside = mask.Pixels;
        for (int i = 0; i < _colors.Length; i++)
        {
            shares[_colors[i]] += inside[i] ? 1.0 / mask.Area : 0;
        }

        return shares;
    }
}
