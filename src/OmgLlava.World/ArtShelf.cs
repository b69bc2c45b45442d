using System.Collections.Concurrent;

namespace OmgLlava.World;

/// <summary>The drawings of several packs by category, and their pixels once they have been needed.</summary>
internal sealed class ArtShelf
{
    private readonly Dictionary<string, IReadOnlyList<Drawing>> _byCategory;
    private readonly Dictionary<ThingCategory, IReadOnlyList<Drawing>> _strangers;
    private readonly Dictionary<string, string> _folders;
    private readonly ConcurrentDictionary<Drawing, Lazy<Sprite>> _sprites = new();

    /// <exception cref="OmgLlavaException">There are no drawings, or none of a wanted category.</exception>
    public ArtShelf(IReadOnlyList<ArtPack> packs, IReadOnlyList<string>? only, IReadOnlyList<string> strangers)
    {
        if (packs.GroupBy(pack => pack.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new OmgLlavaException(
                $"Two art packs are called '{twice.Key}': {string.Join(", ", twice.Select(pack => pack.Directory))}; give "
                    + $"each only once."
            );
        }

        Vocabulary = WorldVocabulary.Default.With(packs.SelectMany(pack => pack.OwnCategories));
        _folders = packs.ToDictionary(pack => pack.Name, pack => pack.Directory);
        ILookup<string, Drawing> drawings = packs.SelectMany(pack => pack.Drawings).ToLookup(drawing => drawing.Category.Name);
        _byCategory = drawings
            .Where(group => only is null || only.Contains(group.Key))
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Drawing>)[.. group]);
        _strangers = strangers
            .Select(name => (Stranger: Vocabulary.Find(name)?.AsStranger(), Drawings: drawings[name]))
            .Where(entry => entry.Stranger is not null)
            .ToDictionary(
                entry => entry.Stranger!,
                entry => (IReadOnlyList<Drawing>)[.. entry.Drawings.Select(d => d with { Category = entry.Stranger! })]
            );
        if ((only ?? []).Concat(strangers).FirstOrDefault(name => !drawings.Contains(name)) is { } empty)
        {
            throw new OmgLlavaException(
                $"No art pack has a drawing of '{empty}'; leave the category out or add a pack that shows it."
            );
        }

        Categories = [.. Vocabulary.Categories.Where(category => _byCategory.ContainsKey(category.Name))];
        if (Categories.Count == 0)
        {
            throw new OmgLlavaException("The art packs hold no drawing at all; recipes/nano/fetch-art.sh fetches some.");
        }
    }

    public WorldVocabulary Vocabulary { get; }

    /// <summary>Those with a drawing.</summary>
    public IReadOnlyList<ThingCategory> Categories { get; }

    /// <summary>Kinds of things that nobody is told the name of.</summary>
    public IReadOnlyCollection<ThingCategory> Strangers => _strangers.Keys;

    public IReadOnlyList<Drawing> DrawingsOf(ThingCategory category) =>
        category.IsStranger ? _strangers[category] : _byCategory[category.Name];

    public Sprite SpriteOf(Drawing drawing) =>
        _sprites.GetOrAdd(drawing, key => new Lazy<Sprite>(() => Sprite.Load(Path.Combine(_folders[key.Pack], key.File)))).Value;
}
