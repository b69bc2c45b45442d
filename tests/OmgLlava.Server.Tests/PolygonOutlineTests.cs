using OmgLlava.Imaging;
using OmgLlava.Server.Annotation;

namespace OmgLlava.Tests.Server;

/// <summary>Outlines of masks.</summary>
public class PolygonOutlineTests
{
    [Fact]
    public void Outlines_keep_the_shape_with_few_corners()
    {
        bool[] disc =
        [
            .. Enumerable.Range(0, 200 * 200).Select(i => Math.Pow((i % 200) - 100, 2) + Math.Pow((i / 200) - 100, 2) < 6400),
        ];
        var mask = new Mask(200, 200, disc);
        IReadOnlyList<(double X, double Y)> exact = Assert.Single(PolygonOutline.Of(mask, 0));
        IReadOnlyList<(double X, double Y)> simple = Assert.Single(PolygonOutline.Of(mask, 0.002));
        Assert.True(simple.Count * 4 < exact.Count, $"{simple.Count} of {exact.Count}");
        Assert.True(
            mask.IntersectionOverUnion(
                Mask.FromPolygons(
                    200,
                    200,
                    [
                        [.. simple.SelectMany(point => new[] { point.X, point.Y })],
                    ]
                )
            ) > 0.97
        );
    }
}
