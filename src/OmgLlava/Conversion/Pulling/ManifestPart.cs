namespace OmgLlava.Conversion.Pulling;

/// <summary>One of the published files that make a model, or a folder of them.</summary>
internal sealed record ManifestPart
{
    /// <summary>What it is, for people.</summary>
    public required string Role { get; init; }

    /// <summary>The task that it is for; null for all.</summary>
    public string? Task { get; init; }

    /// <summary>Whether it is downloaded only when the other parts leave tensors missing.</summary>
    public bool Reserve { get; init; }

    /// <summary>Whether its files belong together as a folder, such as a Hugging Face model.</summary>
    public bool Folder { get; init; }

    /// <summary>Places that have it, the first that is complete is taken, one that was downloaded before rather than
    /// another.</summary>
    public required IReadOnlyList<ManifestChoice> Choices { get; init; }

    /// <summary>Sizes in bytes that files had when the manifest was written; a difference is told, not refused.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; init; } = new Dictionary<string, long>();

    internal string? Fault() =>
        string.IsNullOrEmpty(Role) ? "a part has no role"
        : Choices is not { Count: > 0 } || Choices.Any(choice => choice is null) ? $"'{Role}' has no choices"
        : Bytes is null ? $"'{Role}' has no valid sizes"
        : Choices.Select(choice => choice.Fault()).FirstOrDefault(fault => fault is not null);
}
