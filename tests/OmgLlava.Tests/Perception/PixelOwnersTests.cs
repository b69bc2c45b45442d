using OmgLlava.Imaging;
using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

/// <summary>Masks that are enlarged band by band are those that torch enlarges whole.</summary>
public class PixelOwnersTests
{
    public static TheoryData<int, int, int, int, bool> Pictures =>
        new()
        {
            { 150, 100, 16, 6, true },
            { 100, 150, 16, 6, false },
            { 12, 9, 32, 5, true },
            { 61, 61, 8, 1, true },
            { 300, 20, 24, 12, true },
            { 90, 90, 12, 0, true },
        };

    [Theory, MemberData(nameof(Pictures))]
    public void Each_pixel_belongs_to_the_mask_that_it_most_probably_belongs_to(
        int width,
        int height,
        int side,
        int count,
        bool dropUncertain
    )
    {
        var geometry = new ImageGeometry(width, height, 4 * side);
        QueryMask[] masks = Masks(side, count);
        var owners = new PixelOwners(masks, new MaskEnlarger(side, side, geometry), dropUncertain, CancellationToken.None);
        if (count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Tensor logits = stack(masks.Select(mask => Enlarge(mask.Logits, side, geometry))); // (Q, H, W)
        Tensor probability = logits.sigmoid() * tensor(masks.Select(mask => mask.Score).ToArray()).view(-1, 1, 1);
        Tensor winner = probability.argmax(0);
        for (int k = 0; k < count; k++)
        {
            Tensor inside = logits[k] >= 0;
            Tensor mine = winner == k;
            bool[] expected = [.. (dropUncertain ? mine.logical_and(inside) : mine).contiguous().data<bool>()];
            bool[] found = owners.Runs(k).ToPixels();
            // one pixel may lie on a border to the last bit
            Assert.InRange(expected.Zip(found).Count(pair => pair.First != pair.Second), 0, 1);
            Assert.InRange(owners.Claimed(k) - expected.Count(pixel => pixel), -1, 1);
            Assert.InRange(owners.Whole(k) - inside.sum().item<long>(), -1, 1);
        }
    }

    [Theory]
    [InlineData(150, 100, 16)]
    [InlineData(9, 30, 40)]
    [InlineData(500, 333, 31)]
    public void One_mask_has_the_pixels_above_one_half_and_their_mean_probability(int width, int height, int side)
    {
        var geometry = new ImageGeometry(width, height, 4 * side);
        foreach (QueryMask mask in Masks(side, 4))
        {
            (MaskRuns runs, double certainty) = new MaskEnlarger(side, side, geometry).Read(
                mask.Logits,
                TestContext.Current.CancellationToken
            );
            using var scope = NewDisposeScope();
            Tensor probability = Enlarge(mask.Logits, side, geometry).sigmoid();
            Tensor inside = probability > 0.5;
            Assert.InRange(
                inside.contiguous().data<bool>().ToArray().Zip(runs.ToPixels()).Count(pair => pair.First != pair.Second),
                0,
                1
            );
            Assert.Equal((probability * inside).sum().item<float>() / inside.sum().item<long>(), certainty, 1e-3);
        }

        Assert.Equal(
            0,
            new MaskEnlarger(side, side, geometry)
                .Read([.. Enumerable.Repeat(-1f, side * side)], TestContext.Current.CancellationToken)
                .Certainty
        );
    }

    /// <summary>Blots here and there, and one that is noise.</summary>
    internal static QueryMask[] Masks(int side, int count)
    {
        var random = new Random(11);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(k =>
                {
                    (double x, double y, double radius) = (
                        random.NextDouble() * side,
                        random.NextDouble() * side,
                        side * (0.15 + (0.35 * random.NextDouble()))
                    );
                    float[] logits =
                    [
                        .. Enumerable
                            .Range(0, side * side)
                            .Select(i =>
                                (float)(
                                    (
                                        k == 3
                                            ? 6 * (random.NextDouble() - 0.6)
                                            : 8
                                                * (
                                                    1
                                                    - (
                                                        Math.Sqrt(Math.Pow((i % side) - x, 2) + Math.Pow((i / side) - y, 2))
                                                        / radius
                                                    )
                                                )
                                    )
                                )
                            ),
                    ];
                    return new QueryMask(logits, 0.5f + (0.5f * random.NextSingle()));
                }),
        ];
    }

    private static Tensor Enlarge(float[] logits, int side, ImageGeometry geometry) =>
        nn
            .functional.interpolate(
                tensor(logits).view(1, 1, side, side),
                size: [geometry.Side, geometry.Side],
                mode: InterpolationMode.Bilinear,
                align_corners: false
            )[0, 0]
            .narrow(0, geometry.OffsetY, geometry.Height)
            .narrow(1, geometry.OffsetX, geometry.Width);
}
