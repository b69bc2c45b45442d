using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

public class MaskPlacesTests
{
    private const int Side = 64;

    private static readonly PerceptionConfig Config = PerceptionPriorTests.Small with
    {
        DecoderLayers = 3,
        PixelShuffleRatio = 1,
        Places = true,
    };

    /// <summary>In a picture that looks alike everywhere a query can still ask for the left half of its first cosine, which ends
    /// in the middle.</summary>
    [Fact]
    public void A_mask_can_ask_for_a_place()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using PerceptionModel model = DrawnPerception.Of(Config);
        var weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach (
            (string name, Tensor weight) in weights.Where(w =>
                w.Key.StartsWith("decoder.mask_embedding", StringComparison.Ordinal)
                || w.Key.Contains("place", StringComparison.Ordinal)
            )
        )
        {
            weight.fill_(0);
        }

        // the cosines come behind the sines; the first is that of x, a wave twice as long as the picture
        weights["decoder.place_embedding.bias"][PlaceWaves.PerCoordinate] = 2;
        DecoderMemory memory = model.Remember(
            new PixelFeatures(
                ones(1, 32, Side / 4, Side / 4),
                [.. ((int[])[32, 16, 8]).Select(stride => ones(1, 32, Side / stride, Side / stride))]
            )
        );
        Tensor logits = model.DecodeObjects(memory).Last.MaskLogits[0, 0]; // (16, 16)
        for (int x = 0; x < Side / 4; x++)
        {
            float expected = 8 * MathF.Cos(MathF.PI * (x + 0.5f) / (Side / 4));
            Assert.All(Enumerable.Range(0, Side / 4), y => Assert.Equal(expected, logits[y, x].item<float>(), 1e-4));
        }
    }

    /// <summary>A class is the same in any place, whatever the queries make of places.</summary>
    [Fact]
    public void Classes_are_pooled_without_places()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using PerceptionModel model = DrawnPerception.Of(Config);
        Tensor features = randn(1, 32, 16, 16);
        var stage = new DecoderStage(randn(1, 3, 32), randn(1, 3, 16, 16));
        Tensor with = model.Classifier.Embed(stage, cat([features, randn(1, DecoderMemory.PlaceChannels, 16, 16)], dim: 1));
        Assert.True(with.equal(model.Classifier.Embed(stage, features)).all().item<bool>());
    }

    /// <summary>With weights of zero, as they begin, nothing differs from the published decoder.</summary>
    [Fact]
    public void Silent_places_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using PerceptionModel placed = DrawnPerception.Of(Config);
        using PerceptionModel plain = DrawnPerception.Of(Config with { Places = false });
        var weights = plain.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach ((string name, Tensor weight) in placed.named_parameters().Select(p => (p.name, (Tensor)p.parameter)))
        {
            if (weights.TryGetValue(name, out Tensor? same))
            {
                weight.copy_(same);
            }
            else
            {
                weight.fill_(0);
            }
        }

        Tensor pixels = randn(2, 3, Side, Side);
        using TorchPerception expected = plain.Perceive(pixels),
            actual = placed.Perceive(pixels);
        Assert.True(expected.MaskLogits.sub(actual.MaskLogits).abs().max().item<float>() < 1e-4);
        Assert.True(expected.ClassLogits.sub(actual.ClassLogits).abs().max().item<float>() < 1e-3);
    }
}
