using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

public class DeformableSamplingTests
{
    /// <summary>Points inside, at the edges and far outside; reference points for each level or for all; channels that fill
    /// vectors and that do not.</summary>
    [Theory]
    [InlineData(1, 4, 32, 1, 1.5)]
    [InlineData(2, 3, 16, 3, 4)]
    [InlineData(2, 1, 11, 1, 30)]
    public void Reads_what_grid_sample_reads(int batch, int points, int channels, int references, double spread)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(7);
        (long Height, long Width)[] sizes = [(2, 3), (5, 4), (9, 13)];
        const int Heads = 2;
        const int Queries = 70;
        Tensor values = randn([batch, sizes.Sum(size => size.Height * size.Width), Heads, channels], generator: random);
        Tensor offsets = randn([batch, Queries, Heads, sizes.Length, points, 2], generator: random).Mul(spread);
        offsets.narrow(1, 0, 3).zero_(); // exactly at the reference
        Tensor weights = rand([batch, Queries, Heads, sizes.Length, points], generator: random);
        Tensor reference = rand([1, Queries, references, 2], generator: random);
        reference.narrow(1, 0, 1).zero_(); // a corner of the image
        Tensor expected = DeformableAttention.Sum(values, offsets, weights, reference, sizes);
        Tensor sum = DeformableSampling.Sum(values, offsets, weights, reference, sizes);
        Assert.Equal(expected.shape, sum.shape);
        Assert.True(expected.sub(sum).abs().max().item<float>() < 2e-5 * expected.abs().max().item<float>());
    }

    [Fact]
    public void Points_that_are_no_numbers_read_nothing()
    {
        using var scope = NewDisposeScope();
        Tensor offsets = ScalarArithmetic.Full([1, 2, 1, 1, 1, 2], double.NaN, float32, null);
        Tensor sum = DeformableSampling.Sum(
            ones([1, 4, 1, 8]),
            offsets,
            ones([1, 2, 1, 1, 1]),
            ScalarArithmetic.Full([1, 2, 1, 2], 0.5, float32, null),
            [(2, 2)]
        );
        Assert.Equal(0, sum.abs().max().item<float>());
    }

    [Fact]
    public void Nothing_leaks()
    {
        using Tensor values = ones([1, 4, 1, 8]);
        using Tensor offsets = zeros([1, 2, 1, 1, 1, 2]);
        using Tensor weights = ones([1, 2, 1, 1, 1]);
        using Tensor reference = ScalarArithmetic.Full([1, 2, 1, 2], 0.5, float32, null);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        DeformableSampling.Sum(values, offsets, weights, reference, [(2, 2)]).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
