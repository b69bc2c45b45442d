using OmgLlava.Torch.Layers;
using OmgLlava.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

public class MaskLossTests
{
    private static readonly PointSampler Sampler = new() { Points = 200 };

    /// <summary>Three discs of different sizes at a resolution of choice.</summary>
    private static Tensor Discs(int size)
    {
        Tensor axis = ScalarArithmetic.Arange(size, float32, null).Add(0.5).Div(size).Sub(0.5);
        Tensor radius = axis.mul(axis).unsqueeze(0).Add(axis.mul(axis).unsqueeze(1)).sqrt();
        return stack([.. ((float[])[0.2f, 0.3f, 0.4f]).Select(r => radius.le(r).to(float32))]);
    }

    private static MaskLosses Losses(params Tensor[] stages) =>
        MaskLoss.Compute(stages, Discs(64), (stage, logits) => Sampler.Draw(logits, new Generator((ulong)stage)));

    [Fact]
    public void A_right_mask_costs_little_and_its_opposite_much()
    {
        Tensor right = Discs(16).Sub(0.5).Mul(40);
        MaskLosses losses = Losses(right, right.neg());
        Assert.Equal([2], losses.Dice.shape);
        Assert.True(losses.Dice[0].item<float>() < 1.5 && losses.Dice[1].item<float>() > 4);
        Assert.True(losses.CrossEntropy[0].item<float>() * 5 < losses.CrossEntropy[1].item<float>());
    }

    [Fact]
    public void Descending_the_gradient_lowers_every_stage()
    {
        Tensor[] stages = [zeros(3, 16, 16).requires_grad_(), ones(3, 16, 16).requires_grad_()];
        Tensor points = rand([3, 200, 2], generator: new Generator(1));
        MaskLosses before = MaskLoss.Compute(stages, Discs(64), (_, _) => points);
        before.Dice.sum().Add(before.CrossEntropy.sum()).backward();
        Tensor[] lower = [.. stages.Select(stage => stage.detach().sub(stage.grad!.Mul(10)))];
        MaskLosses after = MaskLoss.Compute(lower, Discs(64), (_, _) => points);
        Assert.True(after.Dice.lt(before.Dice).all().item<bool>());
        Assert.True(after.CrossEntropy.lt(before.CrossEntropy).all().item<bool>());
    }

    [Fact]
    public void Every_cell_is_the_same_as_points_in_all_of_their_centres()
    {
        using var scope = NewDisposeScope();
        Tensor logits = randn([3, 16, 16], generator: new Generator(5));
        Tensor shares = PointSampler.Shares(Discs(64), 16, 16);
        Assert.Equal(Discs(64)[0].narrow(0, 8, 4).narrow(1, 20, 4).mean().item<float>(), shares[0, 2, 5].item<float>(), 1e-6f);
        Tensor axis = ScalarArithmetic.Arange(16, float32, null).Add(0.5).Div(16);
        Tensor centres = stack([axis.unsqueeze(0).expand(16, 16), axis.unsqueeze(1).expand(16, 16)], dim: -1)
            .reshape(1, 256, 2)
            .expand(3, 256, 2);
        MaskLosses dense = MaskLoss.Compute([logits], Discs(64), (_, _) => null);
        MaskLosses sampled = MaskLoss.Compute([logits], shares, (_, _) => centres);
        Assert.Equal(sampled.Dice.item<float>(), dense.Dice.item<float>(), 1e-5f);
        Assert.Equal(sampled.CrossEntropy.item<float>(), dense.CrossEntropy.item<float>(), 1e-5f);
        Assert.Null((Sampler with { Points = 0 }).Draw(logits, new Generator(1)));
    }

    [Fact]
    public void Nothing_leaks()
    {
        using Tensor logits = zeros(3, 16, 16);
        using Tensor targets = Discs(64);
        using Tensor points = rand(3, 9, 2);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        MaskLosses losses = MaskLoss.Compute([logits, logits], targets, (_, _) => points);
        losses.Dice.Dispose();
        losses.CrossEntropy.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
