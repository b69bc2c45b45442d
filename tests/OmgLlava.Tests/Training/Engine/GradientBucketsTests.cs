using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Ranks;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Engine;

public class GradientBucketsTests
{
    private const int Layers = 6;

    /// <summary>To the bit those of a plain backward pass, for weights of 32 and of 16 bits, before and after a step, also
    /// where a parameter is used twice or not at all.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Gradients_are_those_of_a_plain_pass(ScalarType type)
    {
        using var scope = NewDisposeScope();
        TrainableParameter[] plain = Parameters(type);
        TrainableParameter[] tied = Parameters(type);
        using var ours = new AdamW(plain, [0.9, 0.99], 0.01);
        using var theirs = new AdamW(tied, [0.9, 0.99], 0.01);
        using var buckets = new GradientBuckets(theirs, most: 50); // the unused one, and two layers of 16 + 4 each
        for (int step = 0; step < 3; step++)
        {
            Tensor expected = ours.Gradient(Loss(plain, step));
            buckets.Tie();
            Tensor found = zeros(expected.shape);
            buckets.Backward(
                Loss(tied, step),
                (i, gradient) =>
                {
                    GradientBuckets.Bucket bucket = buckets.Buckets[i];
                    if (gradient is not null)
                    {
                        found.narrow(0, bucket.Start, bucket.Length).copy_(gradient);
                    }
                }
            );
            Assert.Equal(4, buckets.Buckets.Count);
            Assert.True(expected.equal(found).all().item<bool>());
            ours.Step(expected, 0.1, 1);
            theirs.Step(found, 0.1, 1);
            Assert.True(ours.Weights.equal(theirs.Weights).all().item<bool>());
        }
    }

    /// <summary>The last layer's gradients are there while those of the layers before are still being computed.</summary>
    [Fact]
    public void Buckets_come_while_the_pass_goes_on()
    {
        Assert.SkipUnless(GraphOrder.CanChange, "This libtorch does not export the numbering of its graph.");
        using var scope = NewDisposeScope();
        TrainableParameter[] parameters = Parameters(float32);
        using var optimizer = new AdamW(parameters, [0.9, 0.99], 0);
        using var buckets = new GradientBuckets(optimizer, most: 20);
        for (int step = 0; step < 3; step++)
        {
            var order = new List<string>();
            buckets.Tie();
            Tensor x = randn([3, 4], generator: new Generator(1)).requires_grad_(true);
            Tensor hidden = Passed.apply(x, new Action(() => order.Add("input")));
            for (int i = 0; i < Layers; i++)
            {
                int layer = i;
                hidden = hidden.matmul(parameters[2 * i].Tensor).Add(parameters[(2 * i) + 1].Tensor).tanh();
                hidden = Passed.apply(hidden, new Action(() => order.Add($"layer {layer}")));
            }

            buckets.Backward(hidden.sum(), (i, _) => order.Add($"bucket {i}"));
            Assert.Equal("layer 5", order[0]); // bucket 0 is the unused one, and comes last
            Assert.Equal(["bucket 1", "layer 4", "bucket 2", "layer 3"], order[1..5]);
        }
    }

    [Fact]
    public void What_goes_wrong_when_a_bucket_comes_is_told()
    {
        using var scope = NewDisposeScope();
        TrainableParameter[] parameters = Parameters(float32);
        using var optimizer = new AdamW(parameters, [0.9, 0.99], 0);
        using var buckets = new GradientBuckets(optimizer);
        buckets.Tie();
        Assert.Throws<OmgLlavaException>(() =>
            buckets.Backward(Loss(parameters, 0), (_, _) => throw new OmgLlavaException("no"))
        );
    }

    private static TrainableParameter[] Parameters(ScalarType type) =>
        [
            .. Enumerable
                .Range(0, Layers)
                .SelectMany(i =>
                    new[]
                    {
                        new TrainableParameter($"{i}.weight", Draw([4, 4], i, type)),
                        new TrainableParameter($"{i}.bias", Draw([4], i + Layers, type)),
                    }
                ),
            new TrainableParameter("unused", Draw([60], 99, type)),
        ];

    private static Tensor Draw(long[] shape, int seed, ScalarType type) =>
        randn(shape, generator: new Generator((ulong)seed)).to(type);

    private static Tensor Loss(TrainableParameter[] parameters, int seed)
    {
        Tensor hidden = randn([3, 4], generator: new Generator((ulong)seed)).to(parameters[0].Tensor.dtype);
        for (int i = 0; i < Layers; i++)
        {
            hidden = hidden.matmul(parameters[2 * i].Tensor).Add(parameters[(2 * i) + 1].Tensor).tanh();
        }

        return hidden.matmul(parameters[0].Tensor).to(float32).sum();
    }

    /// <summary>The identity, which says when the walk back comes through.</summary>
    private sealed class Passed : autograd.SingleTensorFunction<Passed>
    {
        public override string Name => nameof(Passed);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("told", vars[1]);
            return ((Tensor)vars[0]).detach();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data("told"))();
            return [grad_output, null!];
        }
    }
}
