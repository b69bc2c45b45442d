using OmgLlava.Torch.Layers;
using OmgLlava.Training.Losses;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Losses;

public class LanguageLossTests
{
    private const int Words = 7;

    private readonly Tensor _vocabulary = randn([Words, 4], generator: new Generator(1));

    private Tensor Head(Tensor hidden) => hidden.matmul(_vocabulary.t());

    [Fact]
    public void Equals_the_shifted_cross_entropy_over_all_positions()
    {
        Tensor hidden = randn([2, 5, 4], generator: new Generator(2)).requires_grad_();
        Tensor labels = tensor(
            new long[,]
            {
                { 3, -100, 2, 6, -100 },
                { -100, -100, -100, 0, 5 },
            }
        );
        Tensor actual = LanguageLoss.Compute(hidden, labels, Head);
        Tensor expected = nn.functional.cross_entropy(
            Head(hidden)[.., ..4].flatten(0, 1),
            labels[.., 1..].flatten(),
            ignore_index: -100
        );
        Assert.Equal(expected.item<float>(), actual.item<float>(), 1e-6f);

        actual.backward();
        Assert.Equal(0, hidden.grad![0, 4].abs().sum().item<float>()); // nothing comes after the last position
        Assert.True(hidden.grad[0, 1].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Is_zero_and_has_a_gradient_without_labels()
    {
        Tensor hidden = ones(1, 3, 4).requires_grad_();
        Tensor loss = LanguageLoss.Compute(hidden, ScalarArithmetic.Full([1, 3], -100, int64, null), Head);
        loss.backward();
        Assert.Equal(0, loss.item<float>());
        Assert.Equal(0, hidden.grad!.abs().sum().item<float>());
    }
}
