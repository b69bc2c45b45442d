using System.Text.Json;
using OmgLlava.Perception;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>Builds perception modules from a golden case's small configuration and weights.</summary>
internal static class GoldenPerception
{
    /// <summary>The configuration of a case; the numbers that its <c>case.json</c> leaves out come from the weights.</summary>
    public static PerceptionConfig Config(JsonElement vision, GoldenCase golden)
    {
        int feedForward = Int(vision, "ffn");
        return new PerceptionConfig
        {
            EncoderWidths = Ints(vision, "dims"),
            EncoderDepths = Ints(vision, "depths"),
            ClipHiddenWidth = golden
                .Names("weights/")
                .FirstOrDefault(name => name.EndsWith("head.1.mlp.fc1.weight", StringComparison.Ordinal))
                is { } head
                ? (int)golden[head].shape[0]
                : 0,
            Channels = Int(vision, "feat"),
            Heads = Int(vision, "heads"),
            SamplingPoints = Int(vision, "points"),
            PixelDecoderLayers = Int(vision, "enc_layers"),
            PixelDecoderFeedForward = feedForward,
            DecoderLayers = Int(vision, "dec_layers"),
            DecoderFeedForward = feedForward,
            Queries = Int(vision, "nq"),
            ThingClasses = Int(vision, "things"),
            StuffClasses = Int(vision, "stuff"),
            ClassEmbeddingWidth = Int(vision, "ov_dim"),
            ClassPrototypes = Int(vision, "protos"),
        };
    }

    /// <summary>
    /// Loads the case's weights into the module under their published names. Every parameter of the parts named must be there;
    /// parts that the case has no weights for keep zeros.
    /// </summary>
    /// <param name="golden">The case.</param>
    /// <param name="module">Module to fill.</param>
    /// <param name="ours">Beginning of our names, cut off before they are looked up in the module.</param>
    /// <param name="published">Beginning of the published names, cut off before they are translated.</param>
    /// <param name="required">Parts (beginnings of the module's names) that the case must fill completely.</param>
    public static void Load(
        GoldenCase golden,
        nn.Module module,
        string ours = "",
        string published = "",
        params string[] required
    )
    {
        using var noGradient = no_grad();
        var parameters = module.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (Tensor parameter in parameters.Values)
        {
            parameter.zero_();
        }

        var missing = parameters
            .Keys.Where(name => required.Any(part => name.StartsWith(part, StringComparison.Ordinal)))
            .ToHashSet();
        foreach ((string name, Tensor value) in golden.Weights())
        {
            string? key = name.StartsWith(published, StringComparison.Ordinal)
                ? PerceptionKeys.FromPublished(name[published.Length..])
                : null;
            if (
                key is not null
                && key.StartsWith(ours, StringComparison.Ordinal)
                && parameters.TryGetValue(key[ours.Length..], out var target)
            )
            {
                golden.Require(
                    target.shape.SequenceEqual(value.shape),
                    name,
                    $"shape ({string.Join(", ", value.shape)}) does not fit"
                );
                target.copy_(value);
                missing.Remove(key[ours.Length..]);
            }
        }

        golden.Require(missing.Count == 0, "weights", $"the case fills no {string.Join(", ", missing)}");
    }

    /// <summary>The mask features and memories that a case gives as inputs, as the decoder's memory.</summary>
    public static DecoderMemory Memory(GoldenCase golden, PerceptionModel model) =>
        model.Remember(
            new PixelFeatures(golden.In("mask_features"), [golden.In("memory0"), golden.In("memory1"), golden.In("memory2")])
        );

    public static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static int[] Ints(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(n => n.GetInt32())];
}
