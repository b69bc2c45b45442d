using System.Globalization;
using System.Reflection;
using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>The categories of things, the kinds of stuff and the facts that scenes are made of; plain tables beside this
/// file.</summary>
public sealed class WorldVocabulary
{
    private readonly Dictionary<string, ThingCategory> _byName;

    private readonly Dictionary<string, string> _meanings;

    private readonly Dictionary<string, string> _nouns;

    private WorldVocabulary(IReadOnlyList<ThingCategory> categories, IReadOnlyList<Fact> facts, IReadOnlyList<StuffKind> stuffs)
    {
        (Categories, Facts, Stuffs) = (categories, facts, stuffs);
        _byName = categories.ToDictionary(category => category.Name);
        _meanings = Rows("meanings.tsv").ToDictionary(row => row[0], row => row[1]);
        _nouns = (
            (IEnumerable<(string Form, string Noun)>)
                [
                    .. categories.SelectMany(category =>
                        ((string, string)[])[(category.Name, category.Name), (category.Plural, category.Name)]
                    ),
                    .. categories
                        .SelectMany(category => category.Kinds)
                        .SelectMany(kind => ((string, string)[])[(kind, kind), (English.Plural(kind), kind)]),
                    .. stuffs.Select(stuff => (stuff.Name, stuff.Name)),
                ]
        )
            .Where(noun => !ColorNames.All.Contains(noun.Form)) // an orange is not always one
            .DistinctBy(noun => noun.Form)
            .ToDictionary();
    }

    /// <summary>The built-in one.</summary>
    public static WorldVocabulary Default { get; } =
        new(
            [.. Rows("categories.tsv").Select(ReadCategory)],
            [.. Rows("facts.tsv").Select(ReadFact)],
            [.. Rows("stuff.tsv").Select(ReadStuff)]
        );

    /// <summary>All categories; the class of a thing is its place here, counted from 0.</summary>
    public IReadOnlyList<ThingCategory> Categories { get; }

    /// <summary>What is known about them.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>All kinds of stuff; their classes follow those of the things.</summary>
    public IReadOnlyList<StuffKind> Stuffs { get; }

    /// <summary>Names of all classes in order: things, then stuff.</summary>
    public IReadOnlyList<string> ClassNames =>
        [.. Categories.Select(category => category.Name), .. Stuffs.Select(stuff => stuff.Name)];

    /// <summary>A category by its name; null when there is none.</summary>
    public ThingCategory? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The category, kind or stuff that a word names, in singular or plural; null for other words, and for those that
    /// are colours too.</summary>
    internal string? FindNoun(string form) => _nouns.GetValueOrDefault(form);

    /// <summary>The class of a category.</summary>
    public int IndexOf(ThingCategory category) => Categories.TakeWhile(other => other.Name != category.Name).Count();

    /// <summary>The class of a kind of stuff.</summary>
    public int IndexOf(StuffKind stuff) => Categories.Count + Stuffs.TakeWhile(other => other.Name != stuff.Name).Count();

    /// <summary>What one is, such as "a small animal that purrs"; null where nothing is written down.</summary>
    public string? MeaningOf(ThingCategory category) => _meanings.GetValueOrDefault(category.Name);

    /// <summary>The first use of a category, such as "open a lock"; null where none is known.</summary>
    public string? UseOf(ThingCategory category) =>
        Facts.FirstOrDefault(fact => fact.Kind is null && fact.Members.Contains(category.Name))?.Clause;

    /// <summary>All words that mean just this class, its name first.</summary>
    public IReadOnlyList<string> WordsOf(int index) =>
        index < Categories.Count ? [Categories[index].Name, Categories[index].Plural] : [Stuffs[index - Categories.Count].Name];

    /// <summary>This vocabulary with the categories that it lacks appended.</summary>
    public WorldVocabulary With(IEnumerable<ThingCategory> categories) =>
        new(
            [.. Categories, .. categories.DistinctBy(category => category.Name).Where(category => Find(category.Name) is null)],
            Facts,
            Stuffs
        );

    private static ThingCategory ReadCategory(string[] row)
    {
        string[] names = row[0].Split('/');
        string[] kinds = row[1] == "-" ? [] : row[1].Split(',');
        string[] sure = [.. kinds.Where(kind => kind[0] != '?')];
        ThingPlace place = Enum.Parse<ThingPlace>(row[3], ignoreCase: true);
        return new ThingCategory(
            names[0],
            names.Length > 1 ? names[1] : English.Plural(names[0]),
            [.. sure.Concat(sure.SelectMany(Wider)).Distinct()],
            [.. kinds.Where(kind => kind[0] == '?').Select(kind => kind[1..])],
            int.Parse(row[2], CultureInfo.InvariantCulture),
            place,
            row[4].Contains('*', StringComparison.Ordinal),
            row[4].Contains('+', StringComparison.Ordinal),
            row[5].Split(' ')
        );
    }

    private static Fact ReadFact(string[] row) =>
        new(row[0] == "use" ? null : row[0], row[1], Names(row[2]), row.Length > 3 ? Names(row[3]) : []);

    private static StuffKind ReadStuff(string[] row) => new(row[0], row[1], row[2] == "upright");

    private static string[] Names(string text) =>
        text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The kinds that a kind is part of.</summary>
    private static string[] Wider(string kind) =>
        kind switch
        {
            "bird" or "insect" => ["animal"],
            "fruit" or "vegetable" or "dessert" => ["food"],
            "flower" or "tree" => ["plant"],
            "boat" => ["vehicle"],
            "shoe" or "hat" => ["piece of clothing"],
            _ => [],
        };

    private static IEnumerable<string[]> Rows(string file)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"OmgLlava.World.{file}")!;
        using var reader = new StreamReader(stream);
        return
        [
            .. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')),
        ];
    }
}
