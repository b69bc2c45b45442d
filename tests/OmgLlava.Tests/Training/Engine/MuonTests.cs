using OmgLlava.Torch.Layers;
using OmgLlava.Training.Engine;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Engine;

public class MuonTests
{
    [Theory]
    [InlineData(24, 24)]
    [InlineData(64, 24)]
    [InlineData(24, 64)]
    public void Singular_values_come_near_one_and_their_vectors_stay(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        Tensor matrix = randn(rows, columns);
        (Tensor u, _, Tensor v) = linalg.svd(matrix, fullMatrices: false);
        Tensor turned = u.t().mm(Muon.Orthogonalize(matrix)).mm(v.t());
        Tensor values = turned.diagonal();
        Assert.InRange(values.min().item<float>(), 0.3f, 1.3f); // the smallest of a square matrix starts near 0
        Assert.InRange(values.max().item<float>(), 0.6f, 1.3f);
        Assert.True(turned.sub(values.diag()).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void What_few_samples_teach_moves_as_far_as_what_all_teach()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        (Tensor left, _) = linalg.qr(randn(48, 2));
        (Tensor right, _) = linalg.qr(randn(32, 2));
        Tensor common = left.narrow(1, 0, 1).mm(right.narrow(1, 0, 1).t());
        Tensor rare = left.narrow(1, 1, 1).mm(right.narrow(1, 1, 1).t());
        Tensor direction = Muon.Orthogonalize(common.Mul(50).add(rare));
        Assert.InRange(direction.mul(common).sum().item<float>(), 0.6f, 1.3f);
        Assert.InRange(direction.mul(rare).sum().item<float>(), 0.6f, 1.3f);
    }

    [Fact]
    public void Only_hidden_matrices_go_its_way()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        TrainableParameter[] ours = Parameters();
        TrainableParameter[] plain = [.. ours.Select(p => p with { Tensor = p.Tensor.clone() })];
        Tensor before = ours[0].Tensor.clone();
        using var muon = new AdamW(ours, [0.9, 0.99], 0, muon: true);
        using var adam = new AdamW(plain, [0.9, 0.99], 0);
        for (int step = 0; step < 3; step++)
        {
            muon.Step(muon.Gradient(Loss(ours)), 0.01, clipNorm: 1e9);
            adam.Step(adam.Gradient(Loss(plain)), 0.01, clipNorm: 1e9);
            double moved = ours[0]
                .Tensor.detach()
                .sub(before)
                .mul(ours[0].Tensor.detach().sub(before))
                .mean()
                .sqrt()
                .item<float>();
            // a root mean square of about 0.2 a step, in one direction here
            Assert.InRange(moved / (0.01 * (step + 1)), 0.1, 0.3);
        }

        Assert.False(ours[0].Tensor.allclose(plain[0].Tensor, 1e-3, 1e-4));
        for (int i = 1; i < ours.Length; i++)
        {
            Assert.True(ours[i].Tensor.allclose(plain[i].Tensor, 1e-5, 1e-6), ours[i].Name);
        }

        static TrainableParameter[] Parameters() =>
            [
                new("layers.0.w1.weight", randn(12, 8)),
                new("layers.0.w1.bias", randn(12)),
                new("language.token_embedding.weight", randn(9, 8)),
                new("language.head.weight", randn(9, 8)),
                new("encoder.kernel.weight", randn(4, 4, 3, 3)),
            ];

        static Tensor Loss(TrainableParameter[] parameters) =>
            parameters.Select(p => p.Tensor.Sub(100).mul(p.Tensor.Sub(100)).mean()).Aggregate((sum, next) => sum.add(next));
    }
}
