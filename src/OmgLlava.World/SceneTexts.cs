namespace OmgLlava.World;

/// <summary>Everything that is said and asked about a scene.</summary>
/// <param name="Expressions">Referring and reasoning expressions, a choice balanced by kind, with and without targets.</param>
/// <param name="Caption">The whole scene.</param>
/// <param name="Regions">One for each thing.</param>
/// <param name="PictureQuestions">Exists, how many, which colour, where.</param>
/// <param name="PointQuestions">About things that are pointed at.</param>
public sealed record SceneTexts(
    IReadOnlyList<SceneExpression> Expressions,
    SceneCaption Caption,
    IReadOnlyList<SceneRegion> Regions,
    IReadOnlyList<SceneQuestion> PictureQuestions,
    IReadOnlyList<SceneQuestion> PointQuestions
)
{
    private const int TextPart = 1000; // apart from the parts that draw the picture

    /// <summary>Writes the texts of a scene for a data folder, where each of them is kept: up to three expressions of each kind
    /// and four without a target.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="vocabulary">That of its renderer.</param>
    /// <param name="seed">The same seed gives the same texts.</param>
    public static SceneTexts Write(Scene scene, WorldVocabulary vocabulary, long seed) =>
        Write(
            scene,
            vocabulary,
            seed,
            all => [.. OfEachKind(WithTarget(all), 3), .. OfEachKind(WithoutTarget(all), 1).Take(4)],
            pictureQuestions: 2
        );

    /// <summary>Writes many more of them, for conversations to choose from: what a picture costs is then used for more
    /// questions.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="vocabulary">That of its renderer.</param>
    /// <param name="seed">The same seed gives the same texts.</param>
    internal static SceneTexts WriteMany(Scene scene, WorldVocabulary vocabulary, long seed)
    {
        SceneTexts texts = Write(
            scene,
            vocabulary,
            seed,
            all => [.. OfEachKind(FormsInTurn(WithTarget(all)), 12), .. OfEachKind(FormsInTurn(WithoutTarget(all)), 6)],
            pictureQuestions: 6
        );
        var counting = new QuestionWriter(
            scene,
            vocabulary,
            new SceneDescriber(scene),
            SceneRandom.For(seed, scene.Index, TextPart + 3)
        );
        return texts with
        {
            PictureQuestions =
            [
                .. WithFewOnes(texts.PictureQuestions)
                    .Concat(counting.MoreCounts())
                    .DistinctBy(question => question.Question),
            ],
        };
    }

    /// <summary>Most kinds in a picture have one thing in it: whoever is asked about all of them learns to say "One." without
    /// counting. Of those no more are asked than of kinds with several, and one at least.</summary>
    private static IEnumerable<SceneQuestion> WithFewOnes(IReadOnlyList<SceneQuestion> questions)
    {
        bool IsOne(SceneQuestion question) => question.Counted?.Count == 1;
        int several = questions.Count(question => question.Counted?.Count > 1);
        HashSet<SceneQuestion> tooMany = [.. questions.Where(IsOne).Skip(Math.Max(1, several))];
        return questions.Where(question => !tooMany.Contains(question));
    }

    /// <param name="scene">The scene.</param>
    /// <param name="vocabulary">That of its renderer.</param>
    /// <param name="seed">The same seed gives the same texts.</param>
    /// <param name="choose">Which of the expressions that hold, in random order, to keep.</param>
    /// <param name="pictureQuestions">Most questions of each kind about the whole picture.</param>
    private static SceneTexts Write(
        Scene scene,
        WorldVocabulary vocabulary,
        long seed,
        Func<IReadOnlyList<SceneExpression>, SceneExpression[]> choose,
        int pictureQuestions
    )
    {
        var describer = new SceneDescriber(scene);
        return new SceneTexts(
            choose(new ExpressionWriter(scene, vocabulary, SceneRandom.For(seed, scene.Index, TextPart)).Write()),
            new CaptionWriter(scene).Write(),
            [.. scene.Things.Select(describer.Region)],
            new QuestionWriter(scene, vocabulary, describer, SceneRandom.For(seed, scene.Index, TextPart + 1)).AboutPicture(
                pictureQuestions
            ),
            new QuestionWriter(scene, vocabulary, describer, SceneRandom.For(seed, scene.Index, TextPart + 2)).AboutPoints()
        );
    }

    private static IEnumerable<SceneExpression> WithTarget(IEnumerable<SceneExpression> all) =>
        all.Where(expression => expression.Targets.Count > 0);

    private static IEnumerable<SceneExpression> WithoutTarget(IEnumerable<SceneExpression> all) =>
        all.Where(expression => expression.Targets.Count == 0);

    /// <summary>First one of each form, then a second one, and so on, so that rare forms ("the second cat from the left") are not
    /// drowned by frequent ones.</summary>
    private static IEnumerable<SceneExpression> FormsInTurn(IEnumerable<SceneExpression> some) =>
        some.GroupBy(expression => (expression.Kind, expression.Form))
            .SelectMany(group => group.Index())
            .OrderBy(expression => expression.Index)
            .Select(expression => expression.Item);

    private static IEnumerable<SceneExpression> OfEachKind(IEnumerable<SceneExpression> some, int most) =>
        some.GroupBy(expression => expression.Kind).SelectMany(group => group.Take(most));
}
