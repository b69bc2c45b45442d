namespace OmgLlava.World;

/// <summary>A kind of thing that scenes show, such as "cat".</summary>
/// <param name="Name">What one is called, without an article.</param>
/// <param name="Plural">What several are called.</param>
/// <param name="Kinds">The wider words that surely hold for it, most specific first: "bird", "animal".</param>
/// <param name="DoubtfulKinds">Wider words that some would use and others not: a tomato and "fruit". No question may hang on
/// them.</param>
/// <param name="Size">1 (as small as an egg) to 5 (as large as a house), much compressed.</param>
/// <param name="Place">Where it is at home.</param>
/// <param name="Paintable">Whether it comes in any colour.</param>
/// <param name="Breakable">Whether it can be shown broken in two.</param>
/// <param name="Codes">Code points of the emoji that show it, lower-case hexadecimal joined with '-', without variation
/// selectors.</param>
public sealed record ThingCategory(
    string Name,
    string Plural,
    IReadOnlyList<string> Kinds,
    IReadOnlyList<string> DoubtfulKinds,
    int Size,
    ThingPlace Place,
    bool Paintable,
    bool Breakable,
    IReadOnlyList<string> Codes
)
{
    private const string Unnamed = "something";

    /// <summary>Whether it is a kind of thing that nobody is told the name of.</summary>
    public bool IsStranger => Name == Unnamed;

    /// <summary>The same kind of thing without its name: no word surely holds for it, and wider ones may.</summary>
    public ThingCategory AsStranger() =>
        this with
        {
            Name = Unnamed,
            Plural = "things",
            Kinds = [],
            DoubtfulKinds = [Name, .. Kinds, .. DoubtfulKinds],
        };

    /// <summary>Its words are its name and the kinds that surely hold.</summary>
    public bool Is(string word) => word == Name || Kinds.Contains(word);
}
