using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Data;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Data;

public class MaskPointsTests
{
    [Fact]
    public void The_deepest_point_of_a_box_is_its_middle()
    {
        bool[] pixels = new bool[20 * 10];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = i % 20 is >= 4 and < 9 && i / 20 is >= 2 and < 7;
        }

        Assert.Equal(new PixelPoint(6.5f, 4.5f), MaskPoints.Deepest(new Mask(20, 10, pixels)));
        Assert.Null(MaskPoints.Deepest(new Mask(20, 10, new bool[200])));
    }

    [Fact]
    public void Points_lie_inside()
    {
        Gen<Mask> masks =
            from width in Gen.Choose(1, 12)
            from height in Gen.Choose(1, 12)
            from pixels in Gen.Elements(true, false).ArrayOf(width * height)
            select new Mask(width, height, pixels);
        Prop.ForAll(
                masks.ToArbitrary(),
                ArbMap.Default.ArbFor<uint>(),
                (mask, index) => Inside(mask, MaskPoints.Deepest(mask)) && Inside(mask, MaskPoints.Any(mask, index))
            )
            .QuickCheckThrowOnFailure();

        static bool Inside(Mask mask, PixelPoint? point) => point is { } p ? mask[(int)p.X, (int)p.Y] : mask.IsEmpty;
    }
}
