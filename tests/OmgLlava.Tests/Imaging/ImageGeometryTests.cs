using OmgLlava.Imaging;

namespace OmgLlava.Tests.Imaging;

public class ImageGeometryTests
{
    private static readonly ImageGeometry Wide = new(256, 128, 512);

    [Fact]
    public void Points_and_boxes_move_with_the_padding_and_the_scale()
    {
        Assert.Equal((0, 64), (Wide.OffsetX, Wide.OffsetY));
        Assert.Equal(new PixelPoint(0, 128), Wide.ToModel(new PixelPoint(0, 0)));
        Assert.Equal(new PixelBox(20, 148, 100, 228), Wide.ToModel(new PixelBox(10, 10, 50, 50)));
    }

    [Fact]
    public void The_published_mapping_forgets_the_padding_of_the_second_corner() =>
        Assert.Equal(new PixelBox(20, 148, 100, 100), Wide.ToModelAsPublished(new PixelBox(10, 10, 50, 50)));

    [Fact]
    public void A_mask_keeps_its_place_and_its_share()
    {
        var left = new Mask(256, 128, [.. Enumerable.Range(0, 256 * 128).Select(i => i % 256 < 30)]);
        Mask moved = Wide.ToModel(left);
        Assert.Equal(new PixelBox(0, 128, 60, 384), moved.Box);
        Assert.Equal(60 * 256, moved.Area);
        Assert.Throws<OmgLlavaException>(() => Wide.ToModel(new Mask(3, 3, new bool[9])));
    }

    [Fact]
    public void An_odd_rest_of_the_padding_goes_to_the_end()
    {
        var transform = new ImageTransform { Size = 64 };
        RgbImage square = transform.ExpandToSquare(new RgbImage(4, 1, new byte[12]));
        Assert.Equal(4, square.Height);
        Assert.Equal([false, true, false, false], Enumerable.Range(0, 4).Select(y => square.Pixels[12 * y] == 0));
    }
}
