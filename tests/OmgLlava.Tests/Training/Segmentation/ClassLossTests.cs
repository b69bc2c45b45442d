using OmgLlava.Training.Samples;
using OmgLlava.Training.Segmentation;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Segmentation;

public class ClassLossTests
{
    private const double NoObject = 0.1;

    [Fact]
    public void Where_all_classes_are_complete_it_is_the_weighted_cross_entropy_with_the_void_class()
    {
        using var scope = NewDisposeScope();
        Tensor logits = randn(1, 3, 4, generator: new Generator(5, CPU));
        Tensor masks = ones(1, 3, 2, 2);
        double value = ClassLoss.Compute(logits, masks, Targets([2]), [(0, 1, 0)], NoObject).item<float>();
        double expected =
            ((NoObject * Entropy(logits, 0, 3)) + Entropy(logits, 1, 2) + (NoObject * Entropy(logits, 2, 3)))
            / (1 + (2 * NoObject));
        Assert.Equal(expected, value, 1e-5);
    }

    [Fact]
    public void Queries_without_an_object_must_not_be_what_is_complete_and_may_be_anything_else()
    {
        using var scope = NewDisposeScope();
        Tensor logits = randn(1, 2, 4, generator: new Generator(6, CPU)).requires_grad_();
        Tensor masks = ones(1, 2, 2, 2);
        Tensor value = ClassLoss.Compute(
            logits,
            masks,
            Targets([0]) with
            {
                Complete =
                [
                    [0],
                ],
            },
            [(0, 0, 0)],
            NoObject
        );
        double other = -Math.Log(1 - Math.Exp(-Entropy(logits, 1, 0)));
        Assert.Equal((Entropy(logits, 0, 0) + (NoObject * other)) / (1 + NoObject), value.item<float>(), 1e-5);
        value.backward();
        Assert.True(logits.grad![0, 1, 0].item<float>() > 0); // away from the complete class
        Assert.True(logits.grad![0, 1, 2].item<float>() < 0); // not away from others
    }

    [Fact]
    public void Nothing_is_learnt_of_what_is_unknown_or_ignored()
    {
        using var scope = NewDisposeScope();
        Tensor logits = randn(1, 3, 4, generator: new Generator(7, CPU)).requires_grad_();
        Tensor ignored = zeros(1, 2, 2);
        ignored[0, 0].fill_(1);
        Tensor masks = ones(1, 3, 2, 2);
        masks[0, 2, 1].fill_(-1); // the last query lies on what is ignored
        ClassLoss
            .Compute(logits, masks, Targets([SceneObject.UnknownClass]) with { Ignored = ignored }, [(0, 0, 0)], NoObject)
            .backward();
        double[] moved = [.. logits.grad!.abs().sum(2).flatten().data<float>().Select(x => (double)x)];
        Assert.True(moved is [0, > 0, 0]);
        Assert.Equal(
            0,
            ClassLoss
                .Compute(
                    logits,
                    masks,
                    Targets([]) with
                    {
                        Complete =
                        [
                            [],
                        ],
                    },
                    [],
                    NoObject
                )
                .item<float>()
        );
    }

    private static SegmentationTargets Targets(int[] classes) => new([classes], ones(1, Math.Max(1, classes.Length), 2, 2));

    private static double Entropy(Tensor logits, int query, int label)
    {
        double[] values = [.. logits.detach()[0, query].data<float>().Select(x => (double)x)];
        return Math.Log(values.Sum(Math.Exp)) - values[label];
    }
}
