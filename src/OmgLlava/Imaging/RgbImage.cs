namespace OmgLlava.Imaging;

/// <summary>A picture in memory: 8-bit RGB, row-major, no padding.</summary>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>Wraps pixels; the array must not be changed afterwards.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">height * width * 3 bytes.</param>
    /// <exception cref="ArgumentException">The array has another size.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException(
                $"{width} x {height} pixels need {3L * width * height} bytes, not {pixels.LongLength}.",
                nameof(pixels)
            );
        }

        (Width, Height, _pixels) = (width, height, pixels);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>(height, width, 3) bytes: red, green, blue.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>A rectangle of it.</summary>
    internal RgbImage Part(int x, int y, int width, int height)
    {
        byte[] part = new byte[3 * width * height];
        for (int row = 0; row < height; row++)
        {
            _pixels.AsSpan(3 * (((y + row) * Width) + x), 3 * width).CopyTo(part.AsSpan(3 * row * width));
        }

        return new RgbImage(width, height, part);
    }
}
