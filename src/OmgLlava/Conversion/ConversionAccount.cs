using System.Text.Json;

namespace OmgLlava.Conversion;

/// <summary>Where every published tensor went, and what does not fit.</summary>
internal sealed record ConversionAccount
{
    private const int Shown = 4;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        TypeInfoResolver = LibraryJson.Default,
    };

    /// <summary>The files and how many of their tensors the model uses.</summary>
    public IReadOnlyDictionary<string, int> Used { get; init; } = new Dictionary<string, int>();

    /// <summary>Known to be of no use.</summary>
    public IReadOnlyList<ConversionEntry> Leftovers { get; init; } = [];

    /// <summary>Held also by a later stage of training, which is used.</summary>
    public IReadOnlyList<ConversionEntry> Replaced { get; init; } = [];

    /// <summary>Left out because the user said so.</summary>
    public IReadOnlyList<ConversionEntry> Ignored { get; init; } = [];

    /// <summary>Files in given folders that hold nothing of this model.</summary>
    public IReadOnlyList<string> Strangers { get; init; } = [];

    /// <summary>Known to nobody: the conversion stops.</summary>
    public IReadOnlyList<ConversionEntry> Unknown { get; init; } = [];

    /// <summary>Needed, but in no file: the conversion stops.</summary>
    public IReadOnlyList<ConversionEntry> Missing { get; init; } = [];

    /// <summary>Of another shape or type than needed: the conversion stops.</summary>
    public IReadOnlyList<ConversionEntry> Misshapen { get; init; } = [];

    /// <summary>Whether every tensor has its place.</summary>
    public bool IsBalanced => Unknown.Count + Missing.Count + Misshapen.Count == 0;

    /// <summary>The account as JSON, for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json.Of<ConversionAccount>());

    /// <summary>Throws when the account does not balance.</summary>
    /// <exception cref="OmgLlavaException">It does not; the message names the files and the first tensors of each.</exception>
    public void ThrowIfWrong()
    {
        if (IsBalanced)
        {
            return;
        }

        IEnumerable<string> parts =
        [
            .. Lines(Missing, "lacks", entry => entry.Name),
            .. Lines(Misshapen, "has the wrong form of", entry => $"{entry.Name}: {entry.Note}"),
            .. Lines(Unknown, "holds what nobody knows:", entry => entry.Name),
        ];
        string remedy = Unknown.Count > 0 ? " --ignore PREFIX leaves out what nobody knows." : "";
        throw new OmgLlavaException($"The published files do not make a model: {string.Join("; ", parts)}.{remedy}");
    }

    private static IEnumerable<string> Lines(
        IEnumerable<ConversionEntry> entries,
        string what,
        Func<ConversionEntry, string> show
    ) =>
        entries
            .GroupBy(entry => entry.File)
            .Select(file =>
            {
                int count = file.Count();
                string more = count > Shown ? $" and {count - Shown} more" : "";
                return $"'{file.Key}' {what} {count} {(count == 1 ? "tensor" : "tensors")} "
                    + $"({string.Join(", ", file.Take(Shown).Select(show))}{more})";
            });
}
