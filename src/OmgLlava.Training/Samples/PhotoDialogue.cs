using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Training.Samples;

/// <summary>
/// What one can ask about a labelled photograph, in the words of drawn scenes and as far as its labels go: of classes that are
/// not labelled it says neither that they are there nor that they are not; states and depth are never spoken of.
/// </summary>
internal sealed class PhotoDialogue
{
    /// <summary>Too much of each colour for anyone to say that a thing does not have it: light and shade make many of
    /// one.</summary>
    private static readonly double[] AnyColor = [.. ColorNames.All.Select(_ => 0.2)];

    private readonly IReadOnlyList<string> _classNames;
    private readonly int _things;
    private readonly int _seed;
    private readonly WorldVocabulary _vocabulary;

    /// <param name="classNames">Names of the classes: things, then stuff.</param>
    /// <param name="things">How many of them are things.</param>
    /// <param name="seed">The same seed gives the same turns.</param>
    public PhotoDialogue(IReadOnlyList<string> classNames, int things, int seed)
    {
        (_classNames, _things, _seed) = (classNames, things, seed);
        _vocabulary = WorldVocabulary.Default.With(
            classNames
                .Take(things)
                .Select(name => new ThingCategory(name, English.Plural(name), [], [], 3, ThingPlace.Ground, false, false, []))
        );
    }

    /// <summary>All questions, in a fixed order by task; none where no class is known.</summary>
    /// <param name="number">The sample's place, which decides about the words.</param>
    /// <param name="picture">The photograph as it is shown.</param>
    /// <param name="seen">What is labelled in it.</param>
    /// <param name="nouns">The classes of which nothing is in it beside what is labelled.</param>
    public IReadOnlyList<SceneTurn> Write(
        long number,
        RgbImage picture,
        IReadOnlyList<SceneObject> seen,
        IReadOnlySet<string> nouns
    )
    {
        SceneObject[] named = [.. seen.Where(o => o.Class != SceneObject.UnknownClass)];
        return named is [{ HasMask: false } only]
            ? Whole(_classNames[only.Class], picture)
            : SceneDialogue.Write(Scene(number, picture, [.. named.Where(o => o.HasMask)], nouns), _vocabulary, _seed);
    }

    /// <summary>The questions about a photograph of which only its name is known.</summary>
    private static SceneTurn[] Whole(string name, RgbImage picture)
    {
        VisualPrompt all = VisualPrompt.Box(0, 0, picture.Width, picture.Height);
        return
        [
            .. NameTemplate.Questions.Select(question => new SceneTurn(
                SceneTask.Name,
                new ConversationTurn(question.Replace("{0}", all.Placeholder, StringComparison.Ordinal), name, [all], [])
            )),
            new SceneTurn(
                SceneTask.Exists,
                new ConversationTurn(QuestionWriter.Exists(name, "Yes.").Question, "Yes.", [], [])
            ),
        ];
    }

    private Scene Scene(long number, RgbImage picture, SceneObject[] objects, IReadOnlySet<string> nouns)
    {
        SceneObject[] ordered = [.. objects.OrderBy(o => o.Class >= _things)];
        int[] segments = new int[picture.Width * picture.Height];
        foreach ((int i, SceneObject item) in ordered.Index().OrderByDescending(o => o.Item.Mask.Area))
        {
            // small ones lie on large ones
            ReadOnlySpan<bool> pixels = item.Mask.Pixels;
            for (int pixel = 0; pixel < segments.Length; pixel++)
            {
                segments[pixel] = pixels[pixel] ? i + 1 : segments[pixel];
            }
        }

        var colors = new ColorMap(picture);
        SceneThing[] things =
        [
            .. ordered
                .Where(o => o.Class < _things)
                .Select(
                    (o, i) =>
                        new SceneThing(
                            i + 1,
                            new Drawing("photographs", "", _vocabulary.Find(_classNames[o.Class])!),
                            ThingCondition.Usual,
                            o.Mask,
                            colors.Shares(o.Mask),
                            StuffKind.Somewhere
                        )
                )
                .Select(thing => thing.MainColor >= 0 ? thing : thing with { ColorShares = AnyColor }),
        ];
        SceneStuff[] stuffs =
        [
            .. ordered
                .Skip(things.Length)
                .Select(
                    (o, i) =>
                        new SceneStuff(
                            things.Length + i + 1,
                            new StuffKind(_classNames[o.Class], "in the picture", Upright: true),
                            o.Mask
                        )
                ),
        ];
        int count = ordered.Length + 1;
        return new Scene(number, picture, segments, SceneSetting.Outdoors, things, stuffs, new int[count, count])
        {
            Nouns = nouns,
        };
    }
}
