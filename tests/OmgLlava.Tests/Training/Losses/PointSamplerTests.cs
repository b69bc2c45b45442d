using OmgLlava.Torch.Layers;
using OmgLlava.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

public class PointSamplerTests
{
    private static readonly PointSampler Sampler = new() { Points = 40 };

    /// <summary>One mask whose boundary is the line x = 1/4, one whose boundary is x = 3/4.</summary>
    private static Tensor Masks() =>
        stack([
            .. ((float[])[4f, 12f]).Select(edge => ScalarArithmetic.Arange(16, float32, null).Add(0.5).Sub(edge).expand(8, 16)),
        ]);

    [Fact]
    public void Most_points_lie_at_the_boundary_and_the_rest_anywhere()
    {
        Tensor points = Sampler.Draw(Masks(), new Generator(1))!;
        Assert.Equal([2, 40, 2], points.shape);
        for (int mask = 0; mask < 2; mask++)
        {
            Tensor distance = points[mask][.., 0].Sub(mask == 0 ? 0.25 : 0.75).abs();
            Assert.True(distance[..Sampler.Uncertain].median().item<float>() < 0.1);
            Assert.True(distance[Sampler.Uncertain..].median().item<float>() > 0.2);
        }

        Assert.True(points.Ge(0).logical_and(points.Lt(1)).all().item<bool>());
    }

    [Fact]
    public void A_seed_gives_the_same_points_again()
    {
        Assert.True(Draw(7).equal(Draw(7)).all().item<bool>());
        Assert.False(Draw(7).equal(Draw(8)).all().item<bool>());

        static Tensor Draw(ulong seed) => Sampler.Draw(Masks(), new Generator(seed))!;
    }

    [Fact]
    public void Reading_is_bilinear_between_cell_centres_and_zero_outside()
    {
        Tensor mask = tensor(
            new float[,,]
            {
                {
                    { 0, 4 },
                    { 8, 12 },
                },
            }
        );
        Tensor points = tensor(
            new float[,,]
            {
                {
                    { 0.25f, 0.25f },
                    { 0.5f, 0.5f },
                    { 0.75f, 0.5f },
                    { 1f, 0.75f },
                    { 2f, 2f },
                },
            }
        );
        Assert.Equal([0f, 6f, 8f, 6f, 0f], PointSampler.Sample(mask, points).data<float>());
    }

    [Fact]
    public void Nothing_leaks()
    {
        Tensor masks = Masks().requires_grad_();
        var random = new Generator(3);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Sampler.Draw(masks, random)!.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
