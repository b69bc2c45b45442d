using System.Text.Json.Serialization;

namespace OmgLlava.Language;

/// <summary>The shape of an InternLM2 model, with the field names of its published <c>config.json</c>.</summary>
public sealed record LanguageConfig
{
    /// <summary>InternLM2-chat-7B.</summary>
    public static LanguageConfig InternLm2Chat7B { get; } = new();

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

    /// <summary>How the rotary embedding goes on beyond <see cref="MaxPositions"/>; null for not at all.</summary>
    [JsonPropertyName("rope_scaling")]
    public RopeScaling? RopeScaling { get; init; } = new();

    /// <summary>Epsilon of the RMS norms.</summary>
    [JsonPropertyName("rms_norm_eps")]
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether the linear layers have biases; only false is supported, as in every InternLM2.</summary>
    [JsonPropertyName("bias")]
    public bool Bias { get; init; }

    /// <summary>Whether the head shares the embedding; only false is supported.</summary>
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
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="OmgLlavaException">One of them does not; the message names it.</exception>
    public void Validate()
    {
        Require(HiddenSize > 0 && Layers > 0 && FeedForwardSize > 0 && VocabularySize > 0 && MaxPositions > 0, "all sizes must be positive");
        Require(Heads > 0 && HiddenSize % Heads == 0, $"hidden_size ({HiddenSize}) must be a multiple of num_attention_heads ({Heads})");
        Require(HeadSize % 2 == 0, $"the head size ({HeadSize}) must be even for the rotary embedding");
        Require(KeyValueHeads > 0 && Heads % KeyValueHeads == 0, $"num_attention_heads ({Heads}) must be a multiple of num_key_value_heads ({KeyValueHeads})");
        Require(!Bias, "bias must be false");
        Require(!TieWordEmbeddings, "tie_word_embeddings must be false");
        Require(RopeScaling is null or { Type: "dynamic", Factor: >= 1 }, "rope_scaling must be absent or of type 'dynamic' with a factor of at least 1");
        Require(BosToken >= 0 && EosTokens.Count > 0 && EosTokens.All(id => id >= 0), "there must be an eos_token_id, and token ids must not be negative");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new OmgLlavaException($"The language model's configuration does not fit together: {what}.");
        }
    }
}

/// <summary>Dynamic NTK scaling of the rotary embedding.</summary>
public sealed record RopeScaling
{
    /// <summary>Only <c>dynamic</c> is known.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init; } = "dynamic";

    /// <summary>Scaling factor, at least 1.</summary>
    [JsonPropertyName("factor")]
    public double Factor { get; init; } = 2;
}
