using System.Text.Json.Serialization;
using OmgLlava.Perception;

namespace OmgLlava.Alignment;

/// <summary>
/// The shape of the two projectors between perception and language. Defaults are those of the published OMG-LLaVA-7B; the
/// properties read the published option names.
/// </summary>
internal sealed record AlignmentConfig
{
    /// <summary>The published OMG-LLaVA-7B.</summary>
    public static AlignmentConfig OmgLlava7B { get; } = new();

    /// <summary>Width C of an object query's content, and of its position.</summary>
    [JsonPropertyName("query_channels")]
    public int QueryChannels { get; init; } = 256;

    /// <summary>Class probabilities behind a query's position, of which each also adds a word of its own to the token; 0 for
    /// none, as published.</summary>
    [JsonPropertyName("class_scores")]
    public int ClassScores { get; init; }

    /// <summary>Shares of colours behind the class probabilities, which add their words to the token, too; 0 for none, as
    /// published.</summary>
    [JsonPropertyName("color_scores")]
    public int ColorScores { get; init; }

    /// <summary>Channels of the image encoder's last stage.</summary>
    [JsonPropertyName("clip_feat_channel")]
    public int ImageChannels { get; init; } = 1536;

    /// <summary>Side of the block of pixels that becomes one token; 1 keeps every pixel.</summary>
    [JsonPropertyName("pixel_shuffle_ratio")]
    public int PixelShuffleRatio { get; init; } = 2;

    /// <summary>Linear layers of each projector, with GELU between them.</summary>
    [JsonPropertyName("projector_depth")]
    public int ProjectorDepth { get; init; } = 2;

    /// <summary>Width D of the language model.</summary>
    [JsonPropertyName("llm_hidden_size")]
    public int LanguageWidth { get; init; } = 4096;

    /// <summary>
    /// How the perception prior joins the pixel features: side by side before the projector, as the published code does, or
    /// added, as the paper writes it.
    /// </summary>
    /// <remarks>
    /// The paper adds MS · Q to F, whose widths differ (512 and 6144). We bring the prior to the width of the features with the
    /// query projection, which the object tokens pass as well. The weights MS sum to one over the queries, so projecting the mean
    /// query is the same as averaging projected queries, bias included; perception need not know of it.
    /// </remarks>
    [JsonPropertyName("prior")]
    public PriorForm Prior { get; init; } = PriorForm.Concatenation;

    /// <summary>Ablation: the pixel tokens see no perception prior.</summary>
    [JsonPropertyName("rm_prior_embedding")]
    public bool RemovePrior { get; init; }

    /// <summary>Ablation: an image gives its pixel tokens only, without separator and object tokens.</summary>
    [JsonPropertyName("rm_query")]
    public bool RemoveObjectTokens { get; init; }

    /// <summary>Object tokens and visual prompts look at the projected pixel tokens of their image. No published model uses
    /// it.</summary>
    [JsonPropertyName("add_cross_attn_layer")]
    public bool CrossAttention { get; init; }

    /// <summary>One more token behind the object tokens: the mean of the image encoder's last stage. No published model uses
    /// it.</summary>
    [JsonPropertyName("global_image_token")]
    public bool GlobalImageToken { get; init; }

    /// <summary>
    /// Every visual token is normalised and made as large as words are. Without it tokens grow a hundred times larger, and what a
    /// layer of a small language model adds to one is lost: nothing can be worked out where a token stands. Not in the paper.
    /// </summary>
    [JsonPropertyName("token_norm")]
    public bool TokenNorm { get; init; }

    /// <summary>Heads of <see cref="CrossAttention"/>.</summary>
    [JsonPropertyName("cross_attn_heads")]
    public int CrossAttentionHeads { get; init; } = 32;

    /// <summary>Feed-forward width behind <see cref="CrossAttention"/>.</summary>
    [JsonPropertyName("cross_attn_ffn")]
    public int CrossAttentionFeedForward { get; init; } = 4096;

    /// <summary>What the tokens of visual prompts are made of. No published OMG-LLaVA pools; its review compares with models that
    /// do.</summary>
    [JsonPropertyName("region_tokens")]
    public RegionTokenForm RegionTokens { get; init; }

    /// <summary>Visual prompts have layers of their own instead of those of the object tokens. No published model uses
    /// it.</summary>
    [JsonPropertyName("visual_prompt_proj")]
    public bool SeparatePromptProjection { get; init; }

    /// <summary>
    /// [SEG] masks are decoded by a trained copy of the mask decoder, as in the published fine-tunes for one task, instead of the
    /// frozen one.
    /// </summary>
    [JsonPropertyName("require_omg_decoder")]
    public bool SeparateMaskDecoder { get; init; }

    /// <summary>Width 2C of a query: content and position side by side.</summary>
    [JsonIgnore]
    public int QueryWidth => 2 * QueryChannels;

    /// <summary>Width of what the visual projector reads of a query: with its class probabilities and colours, where it has
    /// them.</summary>
    [JsonIgnore]
    public int SeenQueryWidth => QueryWidth + WordScores;

    /// <summary>How many of a query's numbers stand for words each.</summary>
    [JsonIgnore]
    public int WordScores => ClassScores + ColorScores;

    /// <summary>Width of a pixel's image features after the pixel shuffle.</summary>
    [JsonIgnore]
    public int FeatureWidth => ImageChannels * PixelShuffleRatio * PixelShuffleRatio;

    /// <summary>Width of what the pixel projector reads.</summary>
    [JsonIgnore]
    public int PixelInputWidth => Prior == PriorForm.Concatenation ? FeatureWidth + SeenQueryWidth : FeatureWidth;

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="OmgLlavaException">One of them does not; the message names it.</exception>
    public void Validate()
    {
        Positive(QueryChannels, "query_channels");
        if (ClassScores != 0)
        {
            Positive(ClassScores, "class_scores");
        }

        if (ColorScores != 0)
        {
            Positive(ColorScores, "color_scores");
        }

        Positive(ImageChannels, "clip_feat_channel");
        Positive(PixelShuffleRatio, "pixel_shuffle_ratio");
        Positive(ProjectorDepth, "projector_depth");
        Positive(LanguageWidth, "llm_hidden_size");
        if (CrossAttention)
        {
            Positive(CrossAttentionHeads, "cross_attn_heads");
            Positive(CrossAttentionFeedForward, "cross_attn_ffn");
            if (LanguageWidth % CrossAttentionHeads != 0)
            {
                throw new OmgLlavaException(
                    $"The projector configuration does not fit together: llm_hidden_size ({LanguageWidth}) must be a multiple "
                        + $"of cross_attn_heads ({CrossAttentionHeads})."
                );
            }
        }
    }

    private static void Positive(int value, string name)
    {
        if (value <= 0)
        {
            throw new OmgLlavaException($"The projector configuration does not fit together: {name} ({value}) must be positive.");
        }
    }
}
