using OmgLlava.Torch.Layers;
using OmgLlava.Training.Engine;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Engine;

public class ComputeTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Parts_are_added_in_their_order_whoever_is_ready_first(int members)
    {
        using var scope = NewDisposeScope();
        Tensor weight = randn([6, 4], generator: new Generator(1));
        using var optimizer = new AdamW([new TrainableParameter("layer.weight", weight)], [0.9, 0.99], 0);
        Tensor[] inputs =
        [
            .. Enumerable.Range(0, 5).Select(i => randn([3, 4], generator: new Generator((ulong)i)).Mul(Math.Pow(10, i))),
        ];
        // a sum that float32 would round at every step
        Tensor expected = inputs.Select(input => Gradient(input).to(float64)).Aggregate((sum, next) => sum.Add(next)).to(float32);
        int threads = get_num_threads();
        using Tensor sum = new ComputeTeam(members).Sum(
            inputs,
            input =>
            {
                for (int detour = 0; ReferenceEquals(input, inputs[0]) && detour < 200; detour++)
                {
                    Gradient(input); // the first part has the longest way
                }

                return Gradient(input);
            }
        );
        Assert.True(expected.equal(sum).all().item<bool>());
        Assert.Equal(threads, get_num_threads());

        Tensor Gradient(Tensor input) => optimizer.Gradient(input.matmul(weight.t()).tanh().sum());
    }

    [Fact]
    public void What_goes_wrong_in_a_part_is_told() =>
        Assert.Throws<OmgLlavaException>(() =>
            new ComputeTeam(2).Sum<int>([1, 2, 3], part => part == 2 ? throw new OmgLlavaException("two") : ones(1))
        );
}
