using System.Text.Json;
using OmgLlava.Files;

namespace OmgLlava.Language;

/// <summary>A published language model's <c>config.json</c>, read field by field with the defaults of Hugging Face's
/// <c>transformers</c>.</summary>
internal sealed class PublishedLanguageConfig
{
    private readonly string _path;
    private readonly JsonElement _root;

    private PublishedLanguageConfig(string path, JsonElement root) => (_path, _root) = (path, root);

    /// <summary>Reads the configuration in a folder.</summary>
    /// <exception cref="OmgLlavaException">There is none, it is not valid, or it asks for what no family here has.</exception>
    public static (LanguageFamily Family, LanguageConfig Config) Read(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        try
        {
            using FileStream file = InputFile.Open(path);
            Formats.NotTheFile.Refuse(file, path, textual: true);
            using JsonDocument document = JsonDocument.Parse(file);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(path, document.RootElement)
                : throw new JsonException("it is not a JSON object");
        }
        catch (JsonException error)
        {
            throw new OmgLlavaException($"'{path}' is not a valid configuration: {error.Message}", error);
        }
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="root">The whole object; without a <c>model_type</c> it is InternLM2's.</param>
    /// <exception cref="OmgLlavaException">It is not valid, or asks for what no family here has.</exception>
    public static (LanguageFamily Family, LanguageConfig Config) Read(string path, JsonElement root)
    {
        try
        {
            var published = new PublishedLanguageConfig(path, root);
            var family = LanguageFamily.Of(Find(root, "model_type")?.GetString() ?? InternLm2Family.Instance.ModelType);
            LanguageConfig config = family.ReadConfig(published) with { ModelType = family.ModelType };
            config.Validate();
            return (family, config);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new OmgLlavaException($"'{path}' holds a value of the wrong kind: {error.Message}", error);
        }
        catch (OmgLlavaException error) when (!error.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new OmgLlavaException($"'{path}': {error.Message}", error);
        }
    }

    /// <summary>What all families write alike.</summary>
    /// <param name="beginToken">The family's own begin of a text.</param>
    /// <param name="endToken">The family's own end of a text.</param>
    public LanguageConfig ReadCommon(int beginToken, int endToken)
    {
        if (Find(_root, "hidden_act")?.GetString() is { } activation and not ("silu" or "swish"))
        {
            throw new OmgLlavaException($"the activation '{activation}' (hidden_act) is not supported; it must be 'silu'");
        }

        int heads = Required("num_attention_heads");
        int[] ends =
            Find(_root, "eos_token_id") is not { } end ? [endToken]
            : end.ValueKind == JsonValueKind.Array ? [.. end.EnumerateArray().Select(id => id.GetInt32())]
            : [end.GetInt32()];
        int maxPositions = Integer("max_position_embeddings", 2048);
        return new LanguageConfig
        {
            HiddenSize = Required("hidden_size"),
            Layers = Required("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = Integer("num_key_value_heads", heads),
            HeadDimension = OptionalInteger("head_dim"),
            FeedForwardSize = Required("intermediate_size"),
            VocabularySize = Required("vocab_size"),
            MaxPositions = maxPositions,
            RopeTheta = Number(Find(_root, "rope_parameters") ?? _root, "rope_theta") ?? Number("rope_theta", 10000),
            RopeScaling = ReadScaling(maxPositions),
            NormEpsilon = Number("rms_norm_eps", 1e-6),
            TieWordEmbeddings = Flag("tie_word_embeddings", false),
            BosToken = Integer("bos_token_id", beginToken),
            EosTokens = ends,
        };
    }

    /// <summary>A whole number that may be absent.</summary>
    public int? OptionalInteger(string name) => Find(_root, name)?.GetInt32();

    /// <summary>A whole number, or what it is where it is absent.</summary>
    public int Integer(string name, int otherwise) => OptionalInteger(name) ?? otherwise;

    /// <summary>A number that may be absent.</summary>
    public double? OptionalNumber(string name) => Number(_root, name);

    /// <summary>A number, or what it is where it is absent.</summary>
    public double Number(string name, double otherwise) => Number(_root, name) ?? otherwise;

    /// <summary>A switch, or what it is where it is absent.</summary>
    public bool Flag(string name, bool otherwise) => Find(_root, name)?.GetBoolean() ?? otherwise;

    /// <summary>Refuses a configuration that switches something on.</summary>
    /// <exception cref="OmgLlavaException">It does.</exception>
    public void Refuse(string name, string what)
    {
        if (Flag(name, false))
        {
            throw new OmgLlavaException($"the model has {what} ({name}), which is not supported");
        }
    }

    /// <summary>How RoPE goes on beyond the trained positions; newer files keep it beside the base in
    /// <c>rope_parameters</c>.</summary>
    private RopeScaling? ReadScaling(int maxPositions)
    {
        if (
            (Find(_root, "rope_scaling") ?? Find(_root, "rope_parameters")) is not { } scaling
            || (Find(scaling, "rope_type") ?? Find(scaling, "type"))?.GetString() is not { } type
            || type == "default"
        )
        {
            return null;
        }

        type = type == "su" ? RopeScaling.LongRope : type; // its first name
        int? original = Find(_root, "original_max_position_embeddings")?.GetInt32();
        return new RopeScaling
        {
            Type = type,
            Factor =
                type == RopeScaling.LongRope && original is { } trained
                    ? (double)maxPositions / trained
                    : Number(scaling, "factor") ?? 1,
            OriginalMaxPositions = Find(scaling, "original_max_position_embeddings")?.GetInt32() ?? original,
            LowFrequencyFactor = Number(scaling, "low_freq_factor"),
            HighFrequencyFactor = Number(scaling, "high_freq_factor"),
            ShortFactors = Numbers(scaling, "short_factor"),
            LongFactors = Numbers(scaling, "long_factor"),
            AttentionFactor = Number(scaling, "attention_factor"),
        };
    }

    private int Required(string name) =>
        OptionalInteger(name) ?? throw new OmgLlavaException($"'{_path}' says nothing of '{name}'.");

    private static double? Number(JsonElement element, string name) => Find(element, name)?.GetDouble();

    private static double[]? Numbers(JsonElement element, string name) =>
        Find(element, name) is { } list ? [.. list.EnumerateArray().Select(number => number.GetDouble())] : null;

    private static JsonElement? Find(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
