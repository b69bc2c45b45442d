using OmgLlava.Alignment;
using OmgLlava.Language;
using OmgLlava.Perception;

namespace OmgLlava.Weights;

/// <summary>
/// The names in the published files and those in a model directory. Each part's own table lies beside it (<see cref="PerceptionKeys"/>,
/// <see cref="InternLm2Keys"/>, <see cref="AlignmentKeys"/>); this puts them together.
/// </summary>
internal static class PublishedKeys
{
    private const string VisualEncoder = "visual_encoder.";
    private const string LanguageModel = "llm.";

    // Buffers that are recomputed, bookkeeping of trainers, and what the published code saves but never uses.
    private static readonly string[] Leftovers =
    [
        "data_preprocessor.", "panoptic_head.cls_embed", "panoptic_head.logit_scale", "panoptic_head.loss_cls.", "panoptic_fusion_head.",
        "text_model.", "logit_scale", "panoptic_head.additional_cross_attn_layers.", "panoptic_head.additional_ffn.",
    ];

    /// <summary>Our name of a tensor in the OMG-Seg checkpoint.</summary>
    public static string? Perception(string published) => Prefix("perception.", PerceptionKeys.FromPublished(published));

    /// <summary>Our name of a tensor of InternLM2.</summary>
    public static string? Language(string published) => Prefix("language.", InternLm2Keys.FromPublished(published));

    /// <summary>Our name of a tensor in an OMG-LLaVA checkpoint; adapters begin with <c>adapters.</c></summary>
    public static string? Alignment(string published)
    {
        if (published.StartsWith(LanguageModel, StringComparison.Ordinal))
        {
            string? ours = InternLm2Keys.FromPublished(published[LanguageModel.Length..]);
            return ours is null ? null : InternLm2Keys.IsAdapter(ours) ? "adapters." + ours : "language." + ours;
        }

        if (published.StartsWith(VisualEncoder, StringComparison.Ordinal))
        {
            string? ours = PerceptionKeys.FromPublished(published[VisualEncoder.Length..]);
            return ours is null || ours.StartsWith("segmentation_decoder.", StringComparison.Ordinal) ? ours : "perception." + ours;
        }

        return AlignmentKeys.FromPublished(published);
    }

    /// <summary>Whether a tensor without a name of ours is known to be of no use.</summary>
    public static bool IsLeftover(string published)
    {
        string name = published.StartsWith(VisualEncoder, StringComparison.Ordinal) ? published[VisualEncoder.Length..] : published;
        return name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || Leftovers.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static string? Prefix(string prefix, string? name) => name is null ? null : prefix + name;
}
