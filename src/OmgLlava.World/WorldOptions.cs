namespace OmgLlava.World;

/// <summary>What scenes look like.</summary>
public sealed record WorldOptions
{
    /// <summary>Things that any scene may hold.</summary>
    internal const int ThingLimit = 30;

    /// <summary>The largest share of things that may stand on their heads: those that break are drawn first.</summary>
    internal const double MostUpsideDown = 0.8;

    /// <summary>The longer side in pixels, 64 to 1024.</summary>
    public int Size { get; init; } = 320;

    /// <summary>The share of scenes that are square; the others are 4:3 or 3:4.</summary>
    public double SquareShare { get; init; } = 0.6;

    /// <summary>Fewest things of a scene.</summary>
    public int MinThings { get; init; } = 2;

    /// <summary>Most things of a scene.</summary>
    public int MaxThings { get; init; } = 10;

    /// <summary>The share of things that stand on their heads, of those whose drawings tell up from down.</summary>
    public double UpsideDownShare { get; init; } = 0.05;

    /// <summary>Names of the only categories to show; null for all that the packs have.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Names of categories that some scenes show and nothing names, so that what is asked about them is answered with
    /// "something"; a model so learns that there are things that it does not know.</summary>
    public IReadOnlyList<string> Strangers { get; init; } = [];

    internal void Validate()
    {
        if (Strangers.FirstOrDefault(name => Categories?.Contains(name) ?? true) is { } named)
        {
            throw new OmgLlavaException(
                $"'{named}' cannot be a stranger: it is among the categories that scenes name; give other categories, without it."
            );
        }

        if (
            Size is < 64 or > 1024
            || SquareShare is not (>= 0 and <= 1)
            || MinThings < 1
            || MaxThings < MinThings
            || MaxThings > ThingLimit
        )
        {
            throw new OmgLlavaException(
                $"Scenes are 64 to 1024 pixels large and hold 1 to {ThingLimit} things, not {Size} pixels and {MinThings} to "
                    + $"{MaxThings} things."
            );
        }

        if (UpsideDownShare is not (>= 0 and <= MostUpsideDown))
        {
            throw new OmgLlavaException(
                FormattableString.Invariant(
                    $"The share of things that stand on their heads is 0 to {MostUpsideDown}, not {UpsideDownShare}."
                )
            );
        }
    }
}
