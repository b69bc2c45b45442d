namespace OmgLlava.Language.Cpu;

/// <summary>How the weight matrices of the language model are held; norms and biases are always float32.</summary>
public sealed record QuantizationConfig
{
    /// <summary>The layout that this version reads and writes.</summary>
    public const string CurrentLayout = "rows16_columns64";

    private const int NarrowWidth = 1024;

    /// <summary>How packed tensors are laid out.</summary>
    public string Layout { get; init; } = CurrentLayout;

    /// <summary>Format of the layers' matrices.</summary>
    public WeightFormat Layers { get; init; } = WeightFormat.Int4;

    /// <summary>Format of the head, whose errors fall straight on the scores.</summary>
    public WeightFormat Head { get; init; } = WeightFormat.Int8;

    /// <summary>Format of the embedding.</summary>
    public WeightFormat Embedding { get; init; } = WeightFormat.Int8;

    /// <summary>Exceptions: formats by the beginning of a tensor's name, such as <c>layers.0.</c>; the longest that fits counts.</summary>
    public IReadOnlyDictionary<string, WeightFormat>? Tensors { get; init; }

    /// <summary>Everything in one format.</summary>
    public static QuantizationConfig All(WeightFormat format) => new() { Layers = format, Head = format, Embedding = format };

    /// <summary>Layers in a format, head and embedding in 8 bits.</summary>
    public static QuantizationConfig Of(WeightFormat format) => new() { Layers = format };

    /// <summary>
    /// These formats, but attention in 8 bits where layers are to have 4 and the model is narrow: over so few columns rounding errors do not average out.
    /// Exceptions that are given already stay as they are.
    /// </summary>
    /// <param name="language">The model.</param>
    public QuantizationConfig For(LanguageConfig language) => Layers != WeightFormat.Int4 || Tensors is not null || language.HiddenSize >= NarrowWidth ? this : this with
    {
        Tensors = Enumerable.Range(0, language.Layers).ToDictionary(layer => $"layers.{layer}.attention.", _ => WeightFormat.Int8),
    };

    /// <summary>The format of a matrix.</summary>
    /// <param name="name">Its name in the language model, such as <c>head.weight</c>.</param>
    public WeightFormat FormatOf(string name)
    {
        string? exception = Tensors?.Keys.Where(start => name.StartsWith(start, StringComparison.Ordinal)).MaxBy(start => start.Length);
        return exception is not null ? Tensors![exception]
            : name.StartsWith("head.", StringComparison.Ordinal) ? Head
            : name.StartsWith("token_embedding.", StringComparison.Ordinal) ? Embedding
            : Layers;
    }

    /// <summary>Whether a tensor of the language model is a matrix that has a format.</summary>
    public static bool IsMatrix(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) && !name.EndsWith("norm.weight", StringComparison.Ordinal);

    /// <summary>Checks what was read.</summary>
    /// <exception cref="OmgLlavaException">The layout is unknown.</exception>
    public void Validate()
    {
        if (Layout != CurrentLayout)
        {
            throw new OmgLlavaException($"The model's weights are quantized in the layout '{Layout}'; this version reads '{CurrentLayout}'. Quantize it again.");
        }
    }

    /// <summary>For people: <c>int4, head int8, embedding int8</c>.</summary>
    public override string ToString() =>
        $"{Text(Layers)}{(Tensors is null ? "" : " with exceptions")}, head {Text(Head)}, embedding {Text(Embedding)}";

    private static string Text(WeightFormat format) => format.ToString().ToLowerInvariant();
}
