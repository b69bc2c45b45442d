using OmgLlava.Imaging;

namespace OmgLlava.Tests.Imaging;

public class OverlayTests
{
    private static readonly RgbImage Grey = new(60, 40, [.. Enumerable.Repeat((byte)100, 60 * 40 * 3)]);

    [Fact]
    public void A_mask_tints_its_pixels_and_no_others()
    {
        var options = new OverlayOptions
        {
            Outlines = false,
            Labels = false,
            Opacity = 0.5f,
        };
        RgbImage drawn = Overlay.Draw(Grey, [new OverlayItem(Box(10, 10, 30, 30), new RgbColor(200, 0, 100), null)], options);
        Assert.Equal((150, 50, 100), At(drawn, 20, 20));
        Assert.Equal((100, 100, 100), At(drawn, 40, 20));
    }

    [Fact]
    public void An_outline_follows_the_border_in_the_mask_s_colour()
    {
        var options = new OverlayOptions { Labels = false, Opacity = 0 };
        RgbImage drawn = Overlay.Draw(Grey, [new OverlayItem(Box(10, 10, 30, 30), new RgbColor(250, 0, 0), null)], options);
        (int r, int g, _) = At(drawn, 10, 20);
        Assert.True(r > 150 && g < 100, $"{r}, {g}");
        Assert.Equal((100, 100, 100), At(drawn, 20, 20));
    }

    [Fact]
    public void A_label_is_written_where_there_is_a_font_and_never_leaves_the_picture()
    {
        OverlayItem[] items =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(i => new OverlayItem(Box(0, 0, 60, 40), Palette.Color(i), "a very long label that cannot fit")),
        ];
        RgbImage drawn = Overlay.Draw(Grey, items);
        Assert.Equal((60, 40), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Overlay.Draw(Grey, [new OverlayItem(new Mask(3, 3, new bool[9]), default, null)]));

    [Fact]
    public void Colours_of_neighbours_are_apart_and_never_run_out()
    {
        RgbColor[] colors = [.. Enumerable.Range(0, 60).Select(Palette.Color)];
        Assert.Equal(60, colors.Distinct().Count());
        for (int i = 1; i < colors.Length; i++)
        {
            int distance =
                Math.Abs(colors[i].R - colors[i - 1].R)
                + Math.Abs(colors[i].G - colors[i - 1].G)
                + Math.Abs(colors[i].B - colors[i - 1].B);
            Assert.True(distance > 100, $"colours {i - 1} and {i} are only {distance} apart");
        }
    }

    private static Mask Box(int x0, int y0, int x1, int y1) =>
        new(60, 40, [.. Enumerable.Range(0, 60 * 40).Select(i => i % 60 >= x0 && i % 60 < x1 && i / 60 >= y0 && i / 60 < y1)]);

    private static (int R, int G, int B) At(RgbImage image, int x, int y)
    {
        int at = 3 * ((y * image.Width) + x);
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }
}
