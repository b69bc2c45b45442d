using FsCheck;
using FsCheck.Fluent;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Evaluation.Metrics;

public class RleMathTests
{
    [Fact]
    public void Runs_give_what_counting_pixels_gives() =>
        Prop.ForAll(
                MaskGenerators.Pairs.ToArbitrary(),
                pair =>
                {
                    (CocoRle a, CocoRle b) = (pair.A.ToRle(), pair.B.ToRle());
                    bool[] union = [.. pair.A.Pixels.ToArray().Zip(pair.B.Pixels.ToArray(), (x, y) => x || y)];
                    bool[] both = [.. pair.A.Pixels.ToArray().Zip(pair.B.Pixels.ToArray(), (x, y) => x && y)];
                    var expected = new MaskOverlap(both.Count(p => p), union.Count(p => p));
                    return MaskOverlap.Of(a, b) == expected
                        && MaskOverlap.Of(pair.A, pair.B) == expected
                        && RleMath.Union(a, b)!.ToPixels().SequenceEqual(union)
                        && RleMath.Intersection(a, b)!.ToPixels().SequenceEqual(both)
                        && RleMath.IntersectionOverUnion(a, b) == expected.IntersectionOverUnion
                        && RleMath.Union(a, b)!.ToString() == new Mask(a.Width, a.Height, union).ToRle().ToString();
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_crowd_divides_by_the_detection_alone()
    {
        CocoRle detection = CocoRle.FromRuns(4, 1, [0, 2, 2]); // ##..
        CocoRle crowd = CocoRle.FromRuns(4, 1, [1, 3]); // .###
        Assert.Equal(0.25, RleMath.IntersectionOverUnion(detection, crowd));
        Assert.Equal(0.5, RleMath.IntersectionOverUnion(detection, crowd, crowd: true));
    }

    [Fact]
    public void Masks_of_other_sizes_do_not_merge()
    {
        CocoRle a = CocoRle.FromRuns(2, 2, [0, 4]);
        CocoRle b = CocoRle.FromRuns(3, 2, [0, 6]);
        Assert.Null(RleMath.Union(a, b));
        Assert.Equal(-1, RleMath.IntersectionOverUnion(a, b));
        Assert.Throws<ArgumentException>(() => MaskOverlap.Of(a, b));
    }

    [Theory]
    [InlineData(3, 4, new uint[] { 12 }, 0, 0, 0, 0)]
    [InlineData(3, 4, new uint[] { 5, 2, 5 }, 1, 1, 1, 2)]
    [InlineData(3, 4, new uint[] { 3, 2, 7 }, 0, 0, 2, 4)] // the run goes round the foot of a column
    public void Bounding_boxes(int width, int height, uint[] runs, double x, double y, double w, double h) =>
        Assert.Equal(new CocoBox(x, y, w, h), RleMath.BoundingBox(CocoRle.FromRuns(width, height, runs)));
}
