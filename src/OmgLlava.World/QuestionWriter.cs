using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Writes questions whose answers are words, and true beyond doubt.</summary>
internal sealed class QuestionWriter(Scene scene, WorldVocabulary vocabulary, SceneDescriber describer, SceneRandom random)
{
    private static readonly string[] Kinds =
    [
        "animal",
        "bird",
        "fruit",
        "vegetable",
        "vehicle",
        "plant",
        "tool",
        "toy",
        "insect",
        "dessert",
        "building",
        "musical instrument",
    ];

    /// <summary>Questions about the whole picture.</summary>
    /// <param name="ofEach">Most questions of each kind; of whether something is there, as many to say no to.</param>
    public IReadOnlyList<SceneQuestion> AboutPicture(int ofEach)
    {
        string[] present =
        [
            .. random.Shuffle(scene.Things.SelectMany(thing => thing.Category.Kinds.Prepend(thing.Category.Name)).Distinct()),
        ];
        string[] absent =
        [
            .. random
                .Shuffle(vocabulary.Categories.Select(category => category.Name).Concat(Kinds).Except(present))
                .Where(noun => Count(noun) == 0),
        ];
        return
        [
            .. present.Take(ofEach).Select(noun => Exists(noun, "Yes.")),
            .. absent.Take(ofEach).Select(noun => Exists(noun, "No.")),
            .. present
                .Where(noun => Count(noun) >= 0)
                .OrderByDescending(noun => Count(noun) > 1 && random.Chance(0.6))
                .Take(ofEach)
                .Select(HowMany),
            .. absent.TakeLast(random.Chance(0.15) ? 1 : 0).Select(HowMany),
            .. present
                .Select(Alone)
                .OfType<SceneThing>()
                .DistinctBy(thing => thing.Id)
                .Where(thing => thing.MainColor >= 0)
                .Take(ofEach)
                .Select(WhichColor),
            .. present
                .Select(Alone)
                .OfType<SceneThing>()
                .DistinctBy(thing => thing.Id)
                .Where(thing => describer.Place(thing) is not null)
                .Take(ofEach)
                .Select(Where),
        ];
    }

    /// <summary>How many things there are, and how many of a kind and a category that are not there.</summary>
    public IReadOnlyList<SceneQuestion> MoreCounts() =>
        [
            .. scene.IsDrawn ? [HowMany(SceneTruth.AnyThing)] : (SceneQuestion[])[],
            .. random.Shuffle(Kinds.Where(noun => Count(noun) == 0)).Take(1).Select(HowMany),
            .. random
                .Shuffle(vocabulary.Categories.Select(category => category.Name).Where(noun => Count(noun) == 0))
                .Take(1)
                .Select(HowMany),
        ];

    /// <summary>Questions about things that are pointed at: the name of each, colour and use of some.</summary>
    public IReadOnlyList<SceneQuestion> AboutPoints() =>
        [
            .. scene.Things.Select(thing => new SceneQuestion(
                SceneQuestionKind.Name,
                "What is this?",
                $"{English.Capital(English.A(thing.Category.Name))}.",
                thing.Id
            )),
            .. scene
                .Things.Where(thing => thing.MainColor >= 0 && random.Chance(0.4))
                .Select(thing => new SceneQuestion(
                    SceneQuestionKind.Color,
                    "What color is this?",
                    $"{English.Capital(ColorNames.All[thing.MainColor])}.",
                    thing.Id
                )),
            .. scene
                .Things.Where(thing => vocabulary.UseOf(thing.Category) is not null && random.Chance(0.3))
                .Select(thing => new SceneQuestion(
                    SceneQuestionKind.Use,
                    "What would you use this for?",
                    $"To {vocabulary.UseOf(thing.Category)}.",
                    thing.Id
                )),
        ];

    internal static SceneQuestion Exists(string noun, string answer) =>
        new(SceneQuestionKind.Exists, $"Is there {English.A(noun)} in the picture?", answer);

    private SceneQuestion HowMany(string noun) =>
        new(
            SceneQuestionKind.Count,
            $"How many {vocabulary.Find(noun)?.Plural ?? English.Plural(noun)} are there?",
            $"{English.Capital(English.Number(Count(noun)))}."
        )
        {
            Counted = [.. Named(noun).Select(thing => thing.Id)],
        };

    private static SceneQuestion WhichColor(SceneThing thing) =>
        new(
            SceneQuestionKind.Color,
            $"What color is the {thing.Category.Name}?",
            $"{English.Capital(ColorNames.All[thing.MainColor])}.",
            thing.Id
        );

    private SceneQuestion Where(SceneThing thing) =>
        new(
            SceneQuestionKind.Place,
            $"Where is the {thing.Category.Name}?",
            $"{English.Capital(describer.Place(thing)!)}.",
            thing.Id
        );

    /// <summary>The only thing of a category; null when there are none, several, or doubtful ones.</summary>
    private SceneThing? Alone(string noun) => vocabulary.Find(noun) is not null && Count(noun) == 1 ? Named(noun).First() : null;

    /// <summary>How many there are; -1 when that is unclear of any.</summary>
    private int Count(string noun) =>
        !scene.Knows(noun) || scene.Things.Any(thing => SceneTruth.Is(thing, noun) == Truth.Unclear) ? -1 : Named(noun).Count();

    private IEnumerable<SceneThing> Named(string noun) => scene.Things.Where(thing => SceneTruth.Is(thing, noun) == Truth.Yes);
}
