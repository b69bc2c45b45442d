using OmgLlava.Imaging;
using OmgLlava.Perception;

namespace OmgLlava.Tests.Perception;

public class ColorCellsTests
{
    private static readonly ImageTransform Transform = new() { Size = 4 };

    /// <summary>Red on the left, blue on the right, in either layout; one white pixel does not make a red cell white.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cells_get_the_word_of_their_mean_color(bool channelsLast)
    {
        byte[] picture = [.. Enumerable.Range(0, 16).SelectMany(i => (byte[])(i % 4 < 2 ? [200, 20, 20] : [20, 20, 200]))];
        (picture[0], picture[1], picture[2]) = (255, 255, 255);
        float[] planes = Transform.Normalize(new RgbImage(4, 4, picture));
        float[] pixels = channelsLast ? [.. Enumerable.Range(0, 48).Select(i => planes[(i % 3 * 16) + (i / 3)])] : planes;
        byte[] cells = ColorCells.Of(pixels, (4, 4), channelsLast ? (3, 1) : (1, 16), Transform, reduction: 2);
        Assert.Equal(["red", "blue", "red", "blue"], cells.Select(cell => ColorNames.All[cell]));
    }

    [Fact]
    public void A_mask_has_the_shares_of_its_cells_and_an_empty_one_none()
    {
        float[] shares = new float[ColorNames.All.Count];
        ColorCells.Shares([0, 4, 0, 9], [1, 0.1f, 2, -1], shares);
        Assert.Equal(2f / 3, shares[0], 1e-6f);
        Assert.Equal(1f / 3, shares[4], 1e-6f);
        Assert.Equal(1, shares.Sum(), 1e-6f);
        ColorCells.Shares([0, 4, 0, 9], [-1, 0, -1, -1], shares);
        Assert.All(shares, share => Assert.Equal(0, share));
    }
}
