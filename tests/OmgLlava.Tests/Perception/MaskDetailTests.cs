using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

public class MaskDetailTests
{
    private const int Side = 64;
    private const int Line = 20; // first of two columns of pixels: one column of stride 2, half a cell of stride 4

    private static readonly PerceptionConfig Config = PerceptionPriorTests.Small with
    {
        DecoderLayers = 3,
        PixelShuffleRatio = 1,
        MaskDetailChannels = 32,
    };

    /// <summary>A bright line, half a cell of stride 4 wide, is a mask of that width where nothing else is asked for.</summary>
    [Fact]
    public void A_mask_can_be_half_a_cell_wide()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using PerceptionModel model = DrawnPerception.Of(Config);
        var weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach (
            (string _, Tensor weight) in weights.Where(w =>
                w.Key.Contains("detail", StringComparison.Ordinal)
                || w.Key.StartsWith("decoder.mask_embedding", StringComparison.Ordinal)
            )
        )
        {
            weight.fill_(0);
        }

        // the mean of the four pixels of a cell
        weights["mask_detail.patches.weight"].narrow(0, 0, 1).narrow(2, 1, 2).narrow(3, 1, 2).fill_(1);
        weights["mask_detail.norm.weight"].fill_(1);
        weights["mask_detail.mix.weight"][0, 0, 1, 1] = 1;
        weights["decoder.detail_embedding.bias"][0] = 1;
        Tensor pixels = zeros(1, 3, Side, Side);
        pixels.narrow(3, Line, 2).fill_(1);
        using TorchPerception perception = model.Perceive(pixels);
        Assert.Equal([1L, Config.Queries, Side / 2, Side / 2], perception.MaskLogits.shape);
        Tensor inside = perception.MaskLogits[0, 0].gt(0);
        for (int x = 0; x < Side / 2; x++)
        {
            Assert.All(Enumerable.Range(0, Side / 2), y => Assert.Equal(x == Line / 2, inside[y, x].item<bool>()));
        }
    }

    /// <summary>With a weight of zero, as it begins, masks are the coarse ones, enlarged, and queries and classes what they
    /// were.</summary>
    [Fact]
    public void A_silent_detail_only_enlarges()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using PerceptionModel fine = DrawnPerception.Of(Config);
        using PerceptionModel plain = DrawnPerception.Of(Config with { MaskDetailChannels = 0 });
        var weights = plain.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach ((string name, Tensor weight) in fine.named_parameters().Select(p => (p.name, (Tensor)p.parameter)))
        {
            if (weights.TryGetValue(name, out Tensor? same))
            {
                weight.copy_(same);
            }
            else if (name.StartsWith("decoder.", StringComparison.Ordinal))
            {
                weight.fill_(0);
            }
        }

        Tensor pixels = randn(2, 3, Side, Side);
        using TorchPerception expected = plain.Perceive(pixels),
            actual = fine.Perceive(pixels);
        Tensor enlarged = nn.functional.interpolate(
            expected.MaskLogits,
            size: [Side / 2, Side / 2],
            mode: InterpolationMode.Bilinear,
            align_corners: false
        );
        Assert.True(enlarged.sub(actual.MaskLogits).abs().max().item<float>() < 1e-4);
        Assert.True(expected.ObjectQueries.sub(actual.ObjectQueries).abs().max().item<float>() < 1e-4);
        using TorchPerception second = actual.Image(1),
            copy = second.Copy();
        Assert.True(copy.Memory.Detail!.equal(actual.Memory.Detail!.narrow(0, 1, 1)).all().item<bool>());
    }
}
