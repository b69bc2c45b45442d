using OmgLlava.Data;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;
using OmgLlava.World;

namespace OmgLlava.Training.Samples;

/// <summary>Scenes of drawn objects that are rendered while training.</summary>
internal sealed class WorldScenes : ISceneSource
{
    private const int TextsPerScene = 24; // half of them about the world

    private readonly SceneRenderer _renderer;
    private readonly WorldVocabulary _vocabulary;
    private readonly TextCorpus _corpus;
    private readonly int _seed;
    private readonly IReadOnlyDictionary<SceneTask, int> _mix;

    // a scene takes longer to render than to be read; another thread's is as good or made again
    private volatile SceneWords? _last;
    private readonly Dictionary<string, int> _classes;

    /// <param name="packs">The drawings.</param>
    /// <param name="recipe">Seed and number of scenes.</param>
    /// <param name="size">Longer side of the pictures in pixels.</param>
    /// <exception cref="OmgLlavaException">The packs have no drawings.</exception>
    public WorldScenes(IReadOnlyList<ArtPack> packs, DataRecipe recipe, int size)
    {
        var world = new WorldOptions
        {
            Size = size,
            Categories = recipe.Categories,
            Strangers = recipe.Strangers,
            MaxThings = recipe.MaxThings,
            UpsideDownShare = recipe.UpsideDownShare,
        };
        _renderer = new SceneRenderer(packs, recipe.Seed, world with { MinThings = Math.Min(world.MinThings, world.MaxThings) });
        _vocabulary = _renderer.Vocabulary;
        _corpus = new TextCorpus(_vocabulary, recipe.Seed);
        (_seed, _mix) = (recipe.Seed, recipe.Mix);
        ClassNames = _vocabulary.ClassNames;
        _classes = ClassNames.Index().ToDictionary(c => c.Item, c => c.Index);
        Words =
        [
            .. _vocabulary.Categories.Select(c => (string[])[c.Name, c.Plural]),
            .. _vocabulary.Stuffs.Select(s => (string[])[s.Name]),
        ];
        Count = recipe.Scenes == 0 ? long.MaxValue : recipe.Scenes;
    }

    public IReadOnlyList<string> ClassNames { get; }

    public int Things => _vocabulary.Categories.Count;

    public IReadOnlyList<IReadOnlyList<string>> Words { get; }

    public long Count { get; }

    public TrainingScene Scene(long number)
    {
        Scene scene = _renderer.Render(number);
        IEnumerable<SceneObject> things = scene.Things.Select(thing => new SceneObject(
            _classes.GetValueOrDefault(thing.Category.Name, SceneObject.UnknownClass),
            thing.Mask
        )
        {
            Condition = thing.Condition,
        });
        IEnumerable<SceneObject> stuffs = scene.Stuffs.Select(stuff => new SceneObject(_classes[stuff.Kind.Name], stuff.Mask));
        return new TrainingScene(
            $"scene {number}",
            scene.Picture,
            [.. things, .. stuffs],
            () => TurnGroups.Of(SceneDialogue.Write(scene, _vocabulary, _seed), _mix)
        );
    }

    /// <summary>Every other text is about the world, the others about scenes, whose forms the language model so knows before it
    /// sees any.</summary>
    public (string Question, string Answer) Text(long number)
    {
        if (number % 2 == 0)
        {
            return _corpus.At(number / 2);
        }

        long scene = number / TextsPerScene;
        if (_last is not { } last || last.Scene != scene)
        {
            Random random = RandomSeed.Generator(_seed, scene, RandomSeed.Purpose.Sample);
            _last = last = new SceneWords(
                scene,
                [.. Scene(scene).Choose(int.MaxValue, random).Where(turn => turn.Prompts.Count == 0)]
            );
        }

        if (last.Turns.Length == 0)
        {
            return _corpus.At(number / 2); // nothing is asked of it but names of what one points at
        }

        ConversationTurn turn = last.Turns[number % TextsPerScene / 2 % last.Turns.Length];
        return (turn.Question, turn.Answer);
    }

    private sealed record SceneWords(long Scene, ConversationTurn[] Turns);
}
