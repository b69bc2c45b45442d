namespace OmgLlava.Training.World;

/// <summary>Everything that is said and asked about a scene.</summary>
/// <param name="Expressions">Referring and reasoning expressions, a balanced choice, with and without targets.</param>
/// <param name="Caption">The whole scene.</param>
/// <param name="Regions">One for each thing.</param>
/// <param name="PictureQuestions">Exists, how many, which colour, where.</param>
/// <param name="PointQuestions">About things that are pointed at.</param>
public sealed record SceneTexts(
    IReadOnlyList<SceneExpression> Expressions, SceneCaption Caption, IReadOnlyList<SceneRegion> Regions, IReadOnlyList<SceneQuestion> PictureQuestions,
    IReadOnlyList<SceneQuestion> PointQuestions)
{
    private const int TextPart = 1000; // apart from the parts that draw the picture

    /// <summary>In a data folder, where every question is kept.</summary>
    private const int QuestionsOfEachKind = 2;

    /// <summary>Writes the texts of a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="vocabulary">That of its renderer.</param>
    /// <param name="seed">The same seed gives the same texts.</param>
    public static SceneTexts Write(Scene scene, WorldVocabulary vocabulary, long seed) => Write(scene, vocabulary, seed, QuestionsOfEachKind);

    /// <inheritdoc cref="Write(Scene, WorldVocabulary, long)"/>
    /// <param name="scene">The scene.</param>
    /// <param name="vocabulary">That of its renderer.</param>
    /// <param name="seed">The same seed gives the same texts.</param>
    /// <param name="pictureQuestions">Most questions of each kind about the whole picture.</param>
    internal static SceneTexts Write(Scene scene, WorldVocabulary vocabulary, long seed, int pictureQuestions)
    {
        var describer = new SceneDescriber(scene);
        return new SceneTexts(
            Choose(new ExpressionWriter(scene, vocabulary, SceneRandom.For(seed, scene.Index, TextPart)).Write()),
            new CaptionWriter(scene).Write(),
            [.. scene.Things.Select(describer.Region)],
            new QuestionWriter(scene, vocabulary, describer, SceneRandom.For(seed, scene.Index, TextPart + 1)).AboutPicture(pictureQuestions),
            new QuestionWriter(scene, vocabulary, describer, SceneRandom.For(seed, scene.Index, TextPart + 2)).AboutPoints());
    }

    /// <summary>Up to three of each kind with a target, and four without.</summary>
    private static SceneExpression[] Choose(IReadOnlyList<SceneExpression> all)
    {
        const int OfEachKind = 3;
        const int WithoutTarget = 4;
        return
        [
            .. all.Where(expression => expression.Targets.Count > 0).GroupBy(expression => expression.Kind).SelectMany(group => group.Take(OfEachKind)),
            .. all.Where(expression => expression.Targets.Count == 0).DistinctBy(expression => expression.Kind).Take(WithoutTarget),
        ];
    }
}
