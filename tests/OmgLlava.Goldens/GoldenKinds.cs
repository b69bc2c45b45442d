namespace OmgLlava.Goldens;

/// <summary>The kinds of golden case that there is a test class for.</summary>
internal static class GoldenKinds
{
    public const string Backbone = "convnext_backbone";
    public const string EndToEnd = "end_to_end";
    public const string InternLm2 = "internlm2";
    public const string InternLm2Lora = "internlm2_lora";
    public const string Losses = "losses";
    public const string LossesUnit = "losses_unit";
    public const string DeformableAttention = "ms_deform_attn";
    public const string PanopticHead = "panoptic_head";
    public const string PixelDecoder = "pixel_decoder";
    public const string PositionalEncodings = "positional_encodings";
    public const string Preprocess = "preprocess";
    public const string PriorEmbedding = "prior_embedding";
    public const string Projector = "projector";
    public const string ProjectorCrossAttention = "projector_cross_attn";
    public const string ProjectorVisualPromptProjection = "projector_visual_prompt_proj";
    public const string Prompts = "prompts";
    public const string Splice = "splice";
    public const string TextToVision = "text2vision_llm_seg";
    public const string VisualEncoder = "visual_encoder";

    public static IReadOnlyList<string> All { get; } =
    [
        Backbone,
        EndToEnd,
        InternLm2,
        InternLm2Lora,
        Losses,
        LossesUnit,
        DeformableAttention,
        PanopticHead,
        PixelDecoder,
        PositionalEncodings,
        Preprocess,
        PriorEmbedding,
        Projector,
        ProjectorCrossAttention,
        ProjectorVisualPromptProjection,
        Prompts,
        Splice,
        TextToVision,
        VisualEncoder,
    ];

    /// <summary>
    /// The kind of a case folder: the longest kind that its name equals or begins with (<c>internlm2_lora_b</c> is of kind
    /// <c>internlm2_lora</c>); null when there is none.
    /// </summary>
    public static string? KindOf(string folder) =>
        All.Where(kind => folder == kind || folder.StartsWith(kind + "_", StringComparison.Ordinal)).MaxBy(kind => kind.Length);
}
