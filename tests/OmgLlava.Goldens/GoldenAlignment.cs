using System.Text.Json;
using OmgLlava.Alignment;
using static TorchSharp.torch;

namespace OmgLlava.Goldens;

/// <summary>Builds the projectors from a golden case's weights.</summary>
internal static class GoldenAlignment
{
    private const string QueryProjection = "weights/projector.model.query_proj.weight";

    /// <summary>The configuration that fits the weights; what they do not show comes from <c>case.json</c>.</summary>
    public static AlignmentConfig Config(GoldenCase golden)
    {
        (long features, long queries) = golden[QueryProjection].shape is [long rows, long columns] ? (rows, columns) : default;
        string[] names = [.. golden.Names("weights/")];
        return new AlignmentConfig
        {
            QueryChannels = (int)queries / 2,
            ImageChannels = (int)features,
            PixelShuffleRatio = 1,
            ProjectorDepth = names.Count(name =>
                name.StartsWith("weights/projector.model.model.", StringComparison.Ordinal)
                && name.EndsWith(".weight", StringComparison.Ordinal)
            ),
            LanguageWidth = (int)golden["weights/projector.model.seperate_embed.weight"].shape[1],
            CrossAttention = names.Any(name => name.Contains(".query_cross_attn.", StringComparison.Ordinal)),
            CrossAttentionHeads = Number(golden, "cross_attn_heads", 1),
            CrossAttentionFeedForward = golden.Has("weights/projector.model.query_ffn.linear1.weight")
                ? (int)golden["weights/projector.model.query_ffn.linear1.weight"].shape[0]
                : 1,
            SeparatePromptProjection = names.Any(name => name.Contains(".visual_prompt_query_proj.", StringComparison.Ordinal)),
            RemovePrior = Flag(golden, "rm_prior_embedding"),
            RemoveObjectTokens = Flag(golden, "rm_query"),
        };
    }

    /// <summary>Loads the case's weights into a projector; each of its parameters must be there, in its shape.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="module">A projector.</param>
    /// <param name="part">Beginning of our names of that projector.</param>
    public static void Load(GoldenCase golden, nn.Module module, string part)
    {
        using var noGradient = no_grad();
        var missing = module.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach ((string name, Tensor value) in golden.Weights())
        {
            if (AlignmentKeys.FromPublished(name) is { } key && key.StartsWith(part, StringComparison.Ordinal))
            {
                bool known = missing.Remove(key[part.Length..], out TorchSharp.Modules.Parameter? target);
                golden.Require(known && target!.shape.SequenceEqual(value.shape), name, "fits no parameter");
                target?.copy_(value);
            }
        }

        golden.Require(missing.Count == 0, "weights", $"the case fills no {string.Join(", ", missing.Keys)}");
    }

    private static int Number(GoldenCase golden, string name, int otherwise) =>
        golden.Config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt32()
            : otherwise;

    private static bool Flag(GoldenCase golden, string name) =>
        golden.Config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
