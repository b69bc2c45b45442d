namespace OmgLlava.Imaging;

/// <summary>
/// Brings a picture into the form that the model reads (the published preprocessing): padded to a square in the mean colour,
/// resized as Pillow does it, normalised.
/// </summary>
internal sealed record ImageTransform
{
    /// <summary>Side of the model's input in pixels, 1024 as published; a multiple of the pixels to a side of one image
    /// token.</summary>
    public int Size { get; init; } = 1024;

    /// <summary>Mean of red, green and blue, in 0..1; its colour also fills the padding.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.4814, 0.4578, 0.4082];

    /// <summary>Standard deviation of red, green and blue.</summary>
    public IReadOnlyList<double> Std { get; init; } = [0.2686, 0.2613, 0.2757];

    /// <summary>Pads the shorter side equally at both ends; an odd rest goes to the bottom or right.</summary>
    public RgbImage ExpandToSquare(RgbImage image)
    {
        int side = Math.Max(image.Width, image.Height);
        return image.Width == image.Height ? image : PillowResampler.Bicubic(image, Padding(image), side, side);
    }

    /// <summary>Resizes so that the shorter side is <see cref="Size"/>, and cuts the middle out of the longer one.</summary>
    public RgbImage ResizeAndCrop(RgbImage image)
    {
        bool tall = image.Width <= image.Height;
        (int width, int height) = tall
            ? (Size, (int)((long)Size * image.Height / image.Width))
            : ((int)((long)Size * image.Width / image.Height), Size);
        RgbImage resized = PillowResampler.Bicubic(image, width, height);
        return resized.Part((width - Size) / 2, (height - Size) / 2, Size, Size);
    }

    /// <summary>Rescales to 0..1 and normalises.</summary>
    /// <returns>(3, height, width), row-major.</returns>
    public float[] Normalize(RgbImage image)
    {
        int area = image.Width * image.Height;
        float[] values = new float[3 * area];
        for (int c = 0; c < 3; c++)
        {
            (float mean, float std) = ((float)Mean[c], (float)Std[c]);
            float[] table = [.. Enumerable.Range(0, 256).Select(level => ((float)(level * (1.0 / 255)) - mean) / std)];
            ReadOnlySpan<byte> pixels = image.Pixels;
            for (int i = 0; i < area; i++)
            {
                values[(c * area) + i] = table[pixels[(3 * i) + c]];
            }
        }

        return values;
    }

    /// <summary>The whole way from the user's picture to the model's input. The padded square of the picture is never
    /// held.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <returns>(3, Size, Size), row-major.</returns>
    public float[] Apply(RgbImage image, CancellationToken cancellation = default) =>
        Normalize(PillowResampler.Bicubic(image, Padding(image), Size, Size, cancellation));

    /// <summary>How a picture of this size lies in the model's input.</summary>
    public ImageGeometry Geometry(int width, int height) => new(width, height, Size);

    private ImagePadding Padding(RgbImage image)
    {
        ImageGeometry geometry = Geometry(image.Width, image.Height);
        byte[] color = [.. Mean.Select(mean => (byte)(int)(mean * 255))];
        return new ImagePadding(
            geometry.OffsetX,
            geometry.OffsetY,
            geometry.Side,
            geometry.Side,
            new RgbColor(color[0], color[1], color[2])
        );
    }
}
