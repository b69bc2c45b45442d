using OmgLlava.Torch.Layers;
using OmgLlava.Training.Engine;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Engine;

public class AdamWTests
{
    [Fact]
    public void Steps_are_those_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor matrix = randn(4, 3);
        Tensor bias = randn(5);
        Tensor ourMatrix = matrix.clone();
        Tensor ourBias = bias.clone();
        using var ours = new AdamW(
            [new TrainableParameter("layer.weight", ourMatrix), new TrainableParameter("layer.bias", ourBias)],
            [0.9, 0.99],
            0.1
        );
        var decayed = new TorchSharp.Modules.Parameter(matrix.clone());
        var plain = new TorchSharp.Modules.Parameter(bias.clone());
        using var torchDecayed = optim.AdamW([decayed], 0.01, 0.9, 0.99, weight_decay: 0.1);
        using var torchPlain = optim.AdamW([plain], 0.01, 0.9, 0.99, weight_decay: 0);
        for (int step = 0; step < 5; step++)
        {
            ours.Step(ours.Gradient(Loss(ourMatrix, ourBias)), 0.01, clipNorm: 1e9);
            torchDecayed.zero_grad();
            torchPlain.zero_grad();
            Loss(decayed, plain).backward();
            torchDecayed.step();
            torchPlain.step();
        }

        Assert.True(ourMatrix.allclose(decayed, 1e-5, 1e-6));
        Assert.True(ourBias.allclose(plain, 1e-5, 1e-6));

        static Tensor Loss(Tensor matrix, Tensor bias) => matrix.mul(matrix).sum().Add(bias.Sub(1).mul(bias.Sub(1)).sum());
    }

    [Fact]
    public void What_starts_later_stays_as_it_is_until_then()
    {
        using var scope = NewDisposeScope();
        Tensor now = ones(3, 3);
        Tensor later = ones(2, 2);
        using var optimizer = new AdamW(
            [new TrainableParameter("now.weight", now), new TrainableParameter("later.weight", later, RateFactor: 0.5, Start: 2)],
            [0.9, 0.99],
            0.1,
            muon: true
        );
        for (int step = 0; step < 3; step++)
        {
            Assert.True(later.detach().eq(1).all().item<bool>());
            Tensor gradient = optimizer.Gradient(now.mul(now).sum().Add(later.mul(later).sum()));
            Assert.Equal(step < 2 ? 9 : 13, gradient.numel());
            optimizer.Step(gradient, 0.1, clipNorm: 1);
        }

        Assert.True(later.detach().lt(1).all().item<bool>());
        Assert.True(later.detach().gt(now.detach()[0, 0]).all().item<bool>());
    }

    [Fact]
    public void Long_gradients_are_shortened_and_broken_ones_change_nothing()
    {
        using var scope = NewDisposeScope();
        Tensor weight = ones(4);
        using var optimizer = new AdamW([new TrainableParameter("bias", weight)], [0, 0], 0);
        Assert.Equal(2000, optimizer.Step(optimizer.Gradient(weight.Mul(1000).sum()), 1, clipNorm: 1), 0.01);
        Assert.Equal(0.5f, optimizer.FirstMoment[0].item<float>(), 0.001f);
        Tensor before = weight.detach().clone();
        Assert.True(double.IsNaN(optimizer.Step(optimizer.Gradient(weight.Mul(double.NaN).sum()), 1, clipNorm: 1)));
        Assert.True(before.equal(weight.detach()).all().item<bool>());
    }
}
