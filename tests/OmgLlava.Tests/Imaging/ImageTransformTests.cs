using OmgLlava.Imaging;

namespace OmgLlava.Tests.Imaging;

/// <summary>A picture resampled together with its padding is the padded picture resampled, to the last grey level.</summary>
public class ImageTransformTests
{
    [Theory]
    [InlineData(150, 100, 64)]
    [InlineData(101, 150, 64)]
    [InlineData(33, 300, 64)]
    [InlineData(64, 21, 64)]
    [InlineData(21, 64, 64)]
    [InlineData(64, 64, 64)]
    [InlineData(20, 9, 64)]
    [InlineData(1, 90, 32)]
    public void Padding_is_never_needed_as_pixels(int width, int height, int size)
    {
        var random = new Random(3);
        byte[] pixels = new byte[3 * width * height];
        random.NextBytes(pixels);
        var image = new RgbImage(width, height, pixels);
        var transform = new ImageTransform { Size = size };
        RgbImage square = Pad(image, [.. transform.Mean.Select(mean => (byte)(int)(mean * 255))]);
        Assert.Equal(square.Pixels.ToArray(), transform.ExpandToSquare(image).Pixels.ToArray());
        Assert.Equal(transform.Normalize(transform.ResizeAndCrop(square)), transform.Apply(image));
    }

    [Fact]
    public void It_stops_when_it_is_asked_to()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new ImageTransform { Size = 64 }.Apply(new RgbImage(300, 200, new byte[180_000]), stop.Token)
        );
    }

    private static RgbImage Pad(RgbImage image, byte[] color)
    {
        int side = Math.Max(image.Width, image.Height);
        (int left, int top) = ((side - image.Width) / 2, (side - image.Height) / 2);
        byte[] pixels = new byte[3 * side * side];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y) = ((i / 3 % side) - left, (i / 3 / side) - top);
            pixels[i] =
                x >= 0 && y >= 0 && x < image.Width && y < image.Height
                    ? image.Pixels[(3 * ((y * image.Width) + x)) + (i % 3)]
                    : color[i % 3];
        }

        return new RgbImage(side, side, pixels);
    }
}
