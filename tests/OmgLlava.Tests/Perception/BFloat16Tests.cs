using System.Runtime.InteropServices;
using OmgLlava.Formats;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using OmgLlava.Torch.Runtime;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

/// <summary>Perception with its image encoder in bfloat16 beside float32.</summary>
public class BFloat16Tests(TinyModel tiny)
{
    [Fact]
    public void Gelu_of_every_number_is_the_nearest()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        ushort[] actual = [.. all];
        BFloat16Gelu.Apply(MemoryMarshal.AsBytes(actual.AsSpan()));
        using Tensor x = tensor(all.Select(Widen).ToArray()).to(float64);
        using Tensor y = x.mul(x.Mul(-Math.Sqrt(0.5)).erfc()).Mul(0.5);
        double[] expected = [.. y.data<double>()];
        for (int i = 0; i < all.Length; i++)
        {
            if (!float.IsFinite(Widen(all[i])))
            {
                continue;
            }

            // Half a unit in the last of 8 bits, and of the smallest numbers.
            double error = Math.Abs(Widen(actual[i]) - expected[i]);
            Assert.True(
                error <= (Math.Abs(expected[i]) / 256 * 1.0001) + 1e-40,
                $"gelu({Widen(all[i])}) is {Widen(actual[i])} instead of {expected[i]}"
            );
        }

        static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
    }

    [Fact]
    public void Bands_give_what_the_whole_gives()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var placement = OmgLlava.Torch.Layers.Placement.Default;
        var expand = new OmgLlava.Torch.Layers.Linear(64, 256, placement);
        var contract = new OmgLlava.Torch.Layers.Linear(256, 64, placement);
        foreach (var parameter in expand.parameters().Concat(contract.parameters()))
        {
            parameter.normal_(0, 0.1, new Generator(3));
        }

        Tensor x = randn(1, 130, 129, 64); // 17 MB inside, three bands
        Tensor whole = contract.forward(nn.functional.gelu(expand.forward(x)));
        Assert.True(whole.allclose(WideMlp.Forward(x, expand, contract), 1e-5, 1e-5));
    }

    [Fact]
    public void Classes_and_masks_are_those_of_float32()
    {
        using var rough = OmgLlavaModel.Load(tiny.Directory, new LoadOptions { VisionType = ElementType.BFloat16 });
        using PerceivedImage fine = tiny.Model.Perceive(TinyModel.Picture);
        using PerceivedImage coarse = rough.Perceive(TinyModel.Picture);
        using var scope = NewDisposeScope();
        Tensor expected = fine.Seen.ClassLogits.ToTorch().softmax(-1);
        double scores = expected.sub(coarse.Seen.ClassLogits.ToTorch().softmax(-1)).abs().mean().item<float>();
        Assert.True(scores < 0.02, $"class scores differ by {scores} in the mean");
        Tensor first = fine.Seen.MaskLogits.ToTorch().unsqueeze(0).Gt(0);
        Tensor second = coarse.Seen.MaskLogits.ToTorch().unsqueeze(0).Gt(0);
        double overlap = first
            .logical_and(second)
            .sum([2, 3])
            .to(float32)
            .div(first.logical_or(second).sum([2, 3]).ClampMin(1))
            .mean()
            .item<float>();
        Assert.True(overlap > 0.9, $"masks overlap by {overlap}");
    }
}
