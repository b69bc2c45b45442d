using OmgLlava.World;

namespace OmgLlava.Training.Recipes;

/// <summary>Where the samples come from: a folder in the published layouts, or scenes that are rendered while training.</summary>
internal sealed record DataRecipe
{
    /// <summary>A JSON file with what the data of several recipes have in common; what is given here counts instead of what it
    /// says. Null for none. Once read, it is null.</summary>
    public string? Base { get; init; }

    /// <summary>A data folder; null for rendered scenes.</summary>
    public string? Folder { get; init; }

    /// <summary>The only part of the folder to learn from, as its expressions name it; null for all.</summary>
    public string? Split { get; init; }

    /// <summary>Folders of drawn objects that scenes are made of; each has its own list of names.</summary>
    public IReadOnlyList<string> Art { get; init; } = [];

    /// <summary>Labelled photographs, which come by turns with the scenes.</summary>
    public IReadOnlyList<PhotoRecipe> Photos { get; init; } = [];

    /// <summary>How many scenes come on one photograph of each set whose share is 1.</summary>
    public int ArtShare { get; init; } = 1;

    /// <summary>The share of pictures into which things of other pictures are put, drawn and photographed alike (copy-paste
    /// augmentation), for the perception stages.</summary>
    public double PasteShare { get; init; }

    /// <summary>The only categories that scenes show; null for all that the art has. The model knows the names of all in either
    /// case.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Categories that some scenes show and nothing names: asked for a name, the answer is "something". Only beside
    /// <see cref="Categories"/>.</summary>
    public IReadOnlyList<string> Strangers { get; init; } = [];

    /// <summary>The scenes' seed; another one gives scenes that were never seen.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Different scenes, after which they come again in another order; 0 for no end.</summary>
    public int Scenes { get; init; }

    /// <summary>Most things in a scene; few are easier to learn from at first. For rendered scenes.</summary>
    public int MaxThings { get; init; } = new WorldOptions().MaxThings;

    /// <summary>The share of things that stand on their heads, of those whose drawings tell up from down; more of them than usual
    /// are easier to learn from. For rendered scenes.</summary>
    public double UpsideDownShare { get; init; } = new WorldOptions().UpsideDownShare;

    /// <summary>Questions about one picture that are asked in one conversation, at most.</summary>
    public int Turns { get; init; } = 4;

    /// <summary>
    /// The share of further questions about a picture that begin a conversation of their own, which shares the picture's tokens
    /// and knows nothing of what was said before: a model that always reads earlier answers learns to trust them instead of
    /// looking. 0 asks all in one conversation.
    /// </summary>
    public double ApartShare { get; init; }

    /// <summary>Tokens of a conversation beside those of the picture; what is longer is cut off.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// How many questions of a task come on one of each other task, as far as the scene has them; 0 leaves the task out, and what
    /// is not named counts 1. For rendered scenes.
    /// </summary>
    public IReadOnlyDictionary<SceneTask, int> Mix { get; init; } = new Dictionary<SceneTask, int>();

    /// <summary>Checks what can be checked without reading data.</summary>
    /// <exception cref="OmgLlavaException">A number or a folder is wrong.</exception>
    internal void Validate()
    {
        Recipe.Require(
            Folder is null || (Art.Count == 0 && Photos.Count == 0),
            "data: give either a folder, or art and photos, not both"
        );
        Recipe.Require(
            Folder is not null || Art.Count > 0 || Photos.Count > 0,
            "data: give a folder, or folders of art to render scenes from, or photos"
        );
        Recipe.Require(Split is null || Folder is not null, "data: split is for a folder");
        Recipe.Require(ArtShare >= 1, "data: art_share must be at least 1");
        Recipe.Require(Categories is null || Categories.Count > 0, "data: categories must name at least one, or be left out");
        Recipe.Require(Strangers.Count == 0 || Categories is not null, "data: strangers need categories beside them");
        Recipe.Require(
            Scenes >= 0 && Turns >= 1 && MaxTokens >= 16,
            "data: scenes must not be negative, turns at least 1, max_tokens at least 16"
        );
        Recipe.Require(
            MaxThings is >= 1 and <= WorldOptions.ThingLimit,
            $"data: max_things must be 1 to {WorldOptions.ThingLimit}"
        );
        Recipe.Require(
            UpsideDownShare is >= 0 and <= WorldOptions.MostUpsideDown,
            FormattableString.Invariant($"data: upside_down_share must be 0 to {WorldOptions.MostUpsideDown}")
        );
        Recipe.Require(ApartShare is >= 0 and <= 1, "data: apart_share must be 0 to 1");
        Recipe.Require(PasteShare is >= 0 and <= 1, "data: paste_share must be 0 to 1");
        Recipe.Require(Mix.Values.All(share => share >= 0), "data: mix must not be negative");
        Recipe.Require(
            Mix.Count == 0 || Folder is null,
            "data: mix is for rendered scenes; a folder's conversations are taken as they are"
        );
        foreach (PhotoRecipe photos in Photos)
        {
            photos.Validate();
        }

        foreach (string folder in Art.Concat(Photos.Select(photos => photos.Folder)).Concat(Folder is null ? [] : [Folder]))
        {
            if (!Directory.Exists(folder))
            {
                throw new OmgLlavaException(
                    $"The data folder '{folder}' does not "
                        + $"exist{(Folder is null ? "; art and photographs are fetched by scripts of their own" : "")}."
                );
            }
        }
    }

    /// <summary>The same with all paths, which are relative to a folder, made whole.</summary>
    internal DataRecipe Resolve(string folder)
    {
        return this with
        {
            Folder = Folder is null ? null : Whole(Folder),
            Art = [.. Art.Select(Whole)],
            Photos = [.. Photos.Select(photos => photos with { Folder = Whole(photos.Folder) })],
        };

        string Whole(string path) => Path.GetFullPath(path, folder);
    }
}
