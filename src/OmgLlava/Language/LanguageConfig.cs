using System.Text.Json.Serialization;

namespace OmgLlava.Language;

/// <summary>
/// The shape of a language model of any family, with the field names of InternLM2's published <c>config.json</c>. What is not
/// said is as in InternLM2-chat-7B.
/// </summary>
internal sealed record LanguageConfig
{
    /// <summary>InternLM2-chat-7B.</summary>
    public static LanguageConfig InternLm2Chat7B { get; } = new() { RopeScaling = new RopeScaling() };

    /// <summary>The family: <c>internlm2</c>, <c>llama</c>, <c>qwen2</c> or <c>phi3</c>.</summary>
    [JsonPropertyName("model_type")]
    public string ModelType { get; init; } = "internlm2";

    /// <summary>Width D.</summary>
    [JsonPropertyName("hidden_size")]
    public int HiddenSize { get; init; } = 4096;

    /// <summary>Number of layers.</summary>
    [JsonPropertyName("num_hidden_layers")]
    public int Layers { get; init; } = 32;

    /// <summary>Query heads.</summary>
    [JsonPropertyName("num_attention_heads")]
    public int Heads { get; init; } = 32;

    /// <summary>Key and value heads; each serves Heads / KeyValueHeads query heads.</summary>
    [JsonPropertyName("num_key_value_heads")]
    public int KeyValueHeads { get; init; } = 8;

    /// <summary>Width of one head; null for the model's width shared out evenly.</summary>
    [JsonPropertyName("head_dim")]
    public int? HeadDimension { get; init; }

    /// <summary>Width of the feed-forward network.</summary>
    [JsonPropertyName("intermediate_size")]
    public int FeedForwardSize { get; init; } = 14336;

    /// <summary>Rows of the published embedding, before tokens are added.</summary>
    [JsonPropertyName("vocab_size")]
    public int VocabularySize { get; init; } = 92544;

    /// <summary>Longest sequence that the rotary embedding was trained for; longer ones are scaled.</summary>
    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositions { get; init; } = 32768;

    /// <summary>Base of the rotary embedding.</summary>
    [JsonPropertyName("rope_theta")]
    public double RopeTheta { get; init; } = 1_000_000;

    /// <summary>How the rotary embedding is stretched for longer texts; null for not at all.</summary>
    [JsonPropertyName("rope_scaling"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>The share of each head that turns with the position, above 0 and up to 1; null for all.</summary>
    [JsonPropertyName("partial_rotary_factor")]
    public double? PartialRotaryFactor { get; init; }

    /// <summary>How many positions back attention sees, its own included; null for all.</summary>
    [JsonPropertyName("sliding_window")]
    public int? SlidingWindow { get; init; }

    /// <summary>Epsilon of the RMS norms.</summary>
    [JsonPropertyName("rms_norm_eps")]
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether the linear layers of attention have biases.</summary>
    [JsonPropertyName("bias")]
    public bool Bias { get; init; }

    /// <summary>Whether queries, keys and values have biases, as in Qwen2.</summary>
    [JsonPropertyName("qkv_bias"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the head is the embedding; the files then hold no head.</summary>
    [JsonPropertyName("tie_word_embeddings")]
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Beginning of a text.</summary>
    [JsonPropertyName("bos_token_id")]
    public int BosToken { get; init; } = 1;

    /// <summary>Ends of a text; generation stops at any of them. Published files have one number or a list.</summary>
    [JsonPropertyName("eos_token_id")]
    [JsonConverter(typeof(TokenIdsConverter))]
    public IReadOnlyList<int> EosTokens { get; init; } = [2];

    /// <summary>The first of <see cref="EosTokens"/>.</summary>
    [JsonIgnore]
    public int EosToken => EosTokens[0];

    /// <summary>Width of one head.</summary>
    [JsonIgnore]
    public int HeadSize => HeadDimension ?? (HiddenSize / Heads);

    /// <summary>Numbers of a head that turn with the position.</summary>
    [JsonIgnore]
    internal int RotarySize => (int)(HeadSize * (PartialRotaryFactor ?? 1));

    /// <summary>Width of all query heads.</summary>
    [JsonIgnore]
    internal int AttentionWidth => Heads * HeadSize;

    /// <summary>Rows of the matrix that holds queries, keys and values.</summary>
    [JsonIgnore]
    internal int FusedWidth => (Heads + (2 * KeyValueHeads)) * HeadSize;

    /// <summary>Whether queries, keys and values have biases.</summary>
    [JsonIgnore]
    internal bool HasQueryKeyValueBias => Bias || QueryKeyValueBias;

    /// <summary>Whether what attention gives is projected with a bias.</summary>
    [JsonIgnore]
    internal bool HasOutputBias => Bias;

    /// <summary>Whether the head can carry an adapter.</summary>
    [JsonIgnore]
    internal bool AdaptsHead => !TieWordEmbeddings && LanguageFamily.Of(ModelType).AdaptsHead;

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="OmgLlavaException">One of them does not; the message names it.</exception>
    public void Validate()
    {
        LanguageFamily.Of(ModelType);
        Require(
            HiddenSize > 0 && Layers > 0 && FeedForwardSize > 0 && VocabularySize > 0 && MaxPositions > 0,
            "all sizes must be positive"
        );
        Require(
            Heads > 0 && (HeadDimension is > 0 || (HeadDimension is null && HiddenSize % Heads == 0)),
            $"hidden_size ({HiddenSize}) must be a multiple of num_attention_heads ({Heads})"
        );
        Require(
            PartialRotaryFactor is null or (> 0 and <= 1),
            $"partial_rotary_factor ({PartialRotaryFactor}) must be above 0 and at most 1"
        );
        Require(
            RotarySize > 0 && RotarySize % 2 == 0,
            $"the part of a head that turns ({RotarySize} of {HeadSize}) must be even for the rotary embedding"
        );
        Require(
            KeyValueHeads > 0 && Heads % KeyValueHeads == 0,
            $"num_attention_heads ({Heads}) must be a multiple of num_key_value_heads ({KeyValueHeads})"
        );
        Require(SlidingWindow is null or > 0, $"sliding_window ({SlidingWindow}) must be positive");
        Require(RopeTheta > 0 && NormEpsilon >= 0, "rope_theta must be positive and rms_norm_eps not negative");
        Require(
            BosToken >= 0 && EosTokens.Count > 0 && EosTokens.All(id => id >= 0),
            "there must be an eos_token_id, and token ids must not be negative"
        );
        RopeScaling?.Validate(RotarySize / 2);
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new OmgLlavaException($"The language model's configuration does not fit together: {what}.");
        }
    }
}
