using System.Text.RegularExpressions;

namespace OmgLlava.Conversion;

/// <summary>
/// The names of OpenCLIP's ConvNeXt (timm's trunk below <c>visual.</c>) and those of the same tensors in an OMG-Seg checkpoint,
/// whose backbone it is.
/// </summary>
internal static partial class OpenClipKeys
{
    private static readonly string[] TextTower =
    [
        "positional_embedding",
        "text_projection",
        "logit_scale",
        "logit_bias",
        "attn_mask",
        "token_embedding.",
        "transformer.",
        "ln_final.",
        "text.",
    ];

    /// <summary>The name in an OMG-Seg checkpoint; null when it is none of the ConvNeXt's.</summary>
    public static string? ToPerception(string name)
    {
        if (name.StartsWith("visual.head.mlp.", StringComparison.Ordinal))
        {
            return "backbone.head.1." + name["visual.head.".Length..];
        }

        Match match = Trunk().Match(name);
        string rest = name[match.Length..];
        return !match.Success ? null
            : match.Groups["stage"] is { Success: true } stage
                ? $"backbone.layer{int.Parse(stage.Value, System.Globalization.CultureInfo.InvariantCulture) + 1}.{rest}"
            : match.Groups["norm"].Success ? "backbone.head.0.norm." + rest
            : "backbone.stem." + rest;
    }

    /// <summary>Whether a tensor belongs to the text tower that stands beside the image encoder, or to CLIP's training.</summary>
    public static bool IsTextTower(string name) => TextTower.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether a tensor belongs to an image encoder of another kind: a vision transformer or a ResNet.</summary>
    public static bool IsOtherEncoder(string name) => OtherEncoder().IsMatch(name);

    [GeneratedRegex(
        @"^(?:visual\.)?(?:trunk\.)?(?:stem\.(?=\d)|stages\.(?<stage>[0-3])\.|(?<norm>head\.norm\.))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Trunk();

    [GeneratedRegex(
        @"^(visual\.(conv1|class_embedding|positional_embedding|transformer|layer\d|attnpool|proj|ln_|trunk\.(blocks|patch_embed|cls_token))|vision_model\.)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex OtherEncoder();
}
