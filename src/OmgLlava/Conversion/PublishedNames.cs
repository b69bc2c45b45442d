using System.Text.RegularExpressions;
using OmgLlava.Alignment;
using OmgLlava.Language;
using OmgLlava.Perception;

namespace OmgLlava.Conversion;

/// <summary>
/// The names in the published files and those in a model directory. Each part's own table lies beside it
/// (<see cref="PerceptionKeys"/>, <see cref="InternLm2Keys"/>, <see cref="AlignmentKeys"/>, <see cref="OpenClipKeys"/>); this
/// tells from a name alone whose it is.
/// </summary>
internal static partial class PublishedNames
{
    private const string VisualEncoder = "visual_encoder.";
    private const string LanguageModel = "llm.";
    private const string Peft = "base_model.model.";
    private const string ClassEmbeddings = "perception.class_embeddings";

    // Buffers that are recomputed, bookkeeping of trainers, and what the published code saves but never uses.
    private static readonly string[] Leftovers =
    [
        "data_preprocessor.",
        "panoptic_head.cls_embed",
        "panoptic_head.logit_scale",
        "panoptic_head.loss_",
        "panoptic_fusion_head.",
        "text_model.",
        "logit_scale",
        "panoptic_head.additional_cross_attn_layers.",
        "panoptic_head.additional_ffn.",
        "panoptic_head.pixel_decoder_llm.",
        "downsample_layer.",
        "adapter_proj.",
    ];

    /// <summary>The part that a published tensor belongs to and its name of ours; null when nobody knows it.</summary>
    public static (PublishedPart Part, string Ours)? Find(string published)
    {
        string name = Plain(published);
        if (name is "" or "ov_class_embed")
        {
            return (PublishedPart.ClassEmbeddings, ClassEmbeddings);
        }

        if (IsLeftover(name))
        {
            return null;
        }

        if (
            Begins(name, LanguageModel)
            || Begins(name, VisualEncoder)
            || Begins(name, "projector.")
            || Begins(name, "projector_text2vision.")
        )
        {
            return In(PublishedPart.Alignment, Alignment(name));
        }

        if (Begins(name, Peft))
        {
            return In(PublishedPart.Alignment, Alignment(LanguageModel + name));
        }

        if (Begins(name, "backbone.") || Begins(name, "panoptic_head."))
        {
            string? ours = Perception(name);
            return In(
                ours is not null && Begins(ours, "segmentation_decoder.") ? PublishedPart.Alignment : PublishedPart.Perception,
                ours
            );
        }

        return In(PublishedPart.Backbone, OpenClipKeys.ToPerception(name) is { } clip ? Perception(clip) : null)
            ?? In(
                PublishedPart.Alignment,
                AlignmentKeys.FromPublished("projector." + name) ?? AlignmentKeys.FromPublished("projector_text2vision." + name)
            )
            ?? In(PublishedPart.Language, Language(name));
    }

    /// <summary>Our name of a tensor in the OMG-Seg checkpoint.</summary>
    public static string? Perception(string published)
    {
        string? ours = PerceptionKeys.FromPublished(published);
        return ours is null || Begins(ours, "segmentation_decoder.") ? ours : "perception." + ours;
    }

    /// <summary>Our name of a tensor of InternLM2.</summary>
    public static string? Language(string published) =>
        InternLm2Keys.FromPublished(published) is { } ours ? "language." + ours : null;

    /// <summary>Our name of a tensor in an OMG-LLaVA checkpoint; adapters begin with <c>adapters.</c></summary>
    public static string? Alignment(string published)
    {
        if (Begins(published, LanguageModel))
        {
            string? ours = InternLm2Keys.FromPublished(published[LanguageModel.Length..]);
            return ours is null ? null
                : InternLm2Keys.IsAdapter(ours) ? "adapters." + ours
                : "language." + ours;
        }

        return Begins(published, VisualEncoder)
            ? Perception(published[VisualEncoder.Length..])
            : AlignmentKeys.FromPublished(published);
    }

    /// <summary>Whether a tensor without a name of ours is known to be of no use.</summary>
    public static bool IsLeftover(string published)
    {
        string name = Plain(published);
        string inside = Begins(name, VisualEncoder) ? name[VisualEncoder.Length..] : name;
        return Buffer().IsMatch(name) || Leftovers.Any(prefix => Begins(inside, prefix));
    }

    /// <summary>A name without what wrappers put before it: data-parallel training and the compiler.</summary>
    private static string Plain(string published)
    {
        string name = published;
        foreach (string wrapper in (string[])["module.", "_orig_mod."])
        {
            name = Begins(name, wrapper) ? name[wrapper.Length..] : name;
        }

        return name;
    }

    private static (PublishedPart Part, string Ours)? In(PublishedPart part, string? ours) => ours is null ? null : (part, ours);

    private static bool Begins(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal);

    // Rotary tables, counters of batch norms, position ids, and the untrained copy that PEFT keeps beside a module trained in
    // full.
    [GeneratedRegex(
        @"(^|\.)(rotary_emb\.(inv_freq|cos_cached|sin_cached)|num_batches_tracked|position_ids|original_module\.(weight|bias))$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Buffer();
}
