namespace OmgLlava.Language.Cpu;

/// <summary>How the weight matrices of the language model are held; norms and biases are always float32.</summary>
internal sealed record QuantizationConfig
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

    /// <summary>Exceptions: formats by the beginning of a tensor's name, such as <c>layers.0.</c>; the longest that fits
    /// counts.</summary>
    public IReadOnlyDictionary<string, WeightFormat>? Tensors { get; init; }

    /// <summary>Everything in one format.</summary>
    public static QuantizationConfig All(WeightFormat format) =>
        new()
        {
            Layers = format,
            Head = format,
            Embedding = format,
        };

    /// <summary>Layers in a format, head and embedding in 8 bits.</summary>
    public static QuantizationConfig Of(WeightFormat format) => new() { Layers = format };

    /// <summary>
    /// These formats, but attention in 8 bits where layers are to have 4 and the model is narrow: over so few columns rounding
    /// errors do not average out. Exceptions that are given stay as they are, and win where they say something of the same
    /// tensors.
    /// </summary>
    /// <param name="language">The model.</param>
    internal QuantizationConfig For(LanguageConfig language)
    {
        if (Layers != WeightFormat.Int4 || language.HiddenSize >= NarrowWidth)
        {
            return this;
        }

        var tensors = new Dictionary<string, WeightFormat>(Tensors ?? new Dictionary<string, WeightFormat>());
        foreach (string attention in Enumerable.Range(0, language.Layers).Select(layer => $"layers.{layer}.attention."))
        {
            if (!tensors.Keys.Any(given => attention.StartsWith(given, StringComparison.Ordinal)))
            {
                tensors[attention] = WeightFormat.Int8;
            }
        }

        return this with
        {
            Tensors = tensors,
        };
    }

    /// <summary>Sees to it that every exception is one: a name that fits nothing is a mistake.</summary>
    /// <param name="names">Names in the language model.</param>
    /// <exception cref="OmgLlavaException">One fits no matrix.</exception>
    internal void RequireMatches(IEnumerable<string> names)
    {
        string[] matrices = [.. names.Where(IsMatrix)];
        if (
            Tensors?.Keys.FirstOrDefault(start => !matrices.Any(name => name.StartsWith(start, StringComparison.Ordinal))) is
            { } unknown
        )
        {
            throw new OmgLlavaException(
                $"No matrix of the language model has a name that begins with '{unknown}'; there are names such as "
                    + $"{string.Join(", ", matrices.Take(3).Append(matrices[^1]).Distinct())}."
            );
        }
    }

    /// <summary>The format of a matrix.</summary>
    /// <param name="name">Its name in the language model, such as <c>head.weight</c>.</param>
    public WeightFormat FormatOf(string name)
    {
        string? exception = Tensors
            ?.Keys.Where(start => name.StartsWith(start, StringComparison.Ordinal))
            .MaxBy(start => start.Length);
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
            throw new OmgLlavaException(
                $"The model's weights are quantized in the layout '{Layout}'; this version reads '{CurrentLayout}'. Quantize "
                    + $"it again."
            );
        }
    }

    /// <summary>For people: <c>int4, head int8, embedding int8</c>.</summary>
    public override string ToString() =>
        $"{Text(Layers)}{(Tensors is null ? "" : " with exceptions")}, head {Text(Head)}, embedding {Text(Embedding)}";

    private static string Text(WeightFormat format) => format.ToString().ToLowerInvariant();
}
