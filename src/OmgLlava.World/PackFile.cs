namespace OmgLlava.World;

/// <summary>pack.json as it is written.</summary>
internal sealed record PackFile(
    string Name,
    string? Credits,
    IReadOnlyList<PackDrawing> Drawings,
    IReadOnlyList<PackCategory>? Categories = null
);

/// <summary>One drawing.</summary>
internal sealed record PackDrawing(string File, string Category);

/// <summary>A category of the pack's own.</summary>
internal sealed record PackCategory(
    string Name,
    string? Plural,
    IReadOnlyList<string>? Kinds,
    int? Size,
    string? Place,
    bool? Paintable,
    bool? Breakable
)
{
    public ThingCategory ToCategory(string path)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 40 || Size is < 1 or > 5)
        {
            throw new OmgLlavaException(
                $"A category in '{path}' has no name of at most 40 letters, or a size that is not 1 to 5."
            );
        }

        return Enum.TryParse(Place ?? "ground", ignoreCase: true, out ThingPlace place)
            ? new ThingCategory(
                Name,
                Plural ?? English.Plural(Name),
                Kinds ?? [],
                [],
                Size ?? 2,
                place,
                Paintable ?? false,
                Breakable ?? false,
                []
            )
            : throw new OmgLlavaException(
                $"The category '{Name}' in '{path}' has the place '{Place}'; it must be ground, air or water."
            );
    }
}
