using System.Globalization;
using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Everything that one can ask about a scene, as turns of a conversation: what instruction tuning learns from when
/// scenes are not written to a folder.</summary>
public static class SceneDialogue
{
    private const int Part = 2000;

    private static readonly string[] CaptionQuestions = [Questions.Ground, .. CaptionTemplate.Questions];

    private static readonly string[] RegionQuestions =
    [
        Questions.Describe(VisualPrompt.Point(0, 0)).Replace("<mark>", "{0}", StringComparison.Ordinal),
        .. RegionTemplate.Questions.Select(text => text.Replace("{0}", "region1 {0}", StringComparison.Ordinal)),
    ];

    /// <summary>All questions about a scene, in a fixed order by task. Of a scene with things that have no name only the names of
    /// its things are asked: what else is said of it could mean them, too.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="vocabulary">That of its renderer.</param>
    /// <param name="seed">The same seed gives the same turns.</param>
    public static IReadOnlyList<SceneTurn> Write(Scene scene, WorldVocabulary vocabulary, long seed)
    {
        if (scene.Things.Any(thing => thing.Category.IsStranger))
        {
            return Names(scene, SceneRandom.For(seed, scene.Index, Part));
        }

        SceneTexts texts = SceneTexts.WriteMany(scene, vocabulary, seed);
        SceneRandom random = SceneRandom.For(seed, scene.Index, Part);
        SceneRandom words = SceneRandom.For(seed, scene.Index, Part + 1);
        var finder = new MentionFinder(scene, vocabulary);
        SceneTurn[] turns =
        [
            .. texts.Expressions.Select(expression => Segment(scene, expression, random)),
            .. scene
                .Stuffs.Where(stuff => stuff.Mask.Area >= 0.02 * scene.SegmentIds.Count)
                .Select(stuff => new SceneTurn(SceneTask.Stuff, Segmented($"the {stuff.Kind.Name}", stuff.Mask, 1, random))),
            .. texts.Caption.Phrases.Count == 0 ? (SceneTurn[])[] : Captions(scene, texts.Caption, random),
            .. scene.Things.Select(thing => Name(thing, random)),
            .. texts.Regions.Select(region => Region(scene.Things[region.Thing - 1], region, random)),
            .. texts.PointQuestions.Select(question => Points(scene, question, random)),
            .. texts.PictureQuestions.Select(question => Picture(scene, question)),
            .. scene.IsDrawn ? ListWriter.Write(scene).Select(turn => new SceneTurn(SceneTask.List, turn)) : [],
            .. RegionsWriter
                .Write(scene, thing => Prompt(thing, words), words)
                .Select(turn => new SceneTurn(SceneTask.Regions, turn)),
            .. new FollowUpWriter(scene, new SceneDescriber(scene), words)
                .Write()
                .Select(turn => new SceneTurn(SceneTask.FollowUp, turn)),
        ];
        return [.. turns.Select(turn => turn with { Turn = WithMentions(Reworded(turn, words)) })];

        ConversationTurn WithMentions(ConversationTurn turn) =>
            turn with
            {
                Mentions = finder.Find(turn.Question),
                Next = turn.Next is { } next ? WithMentions(next) : null,
            };
    }

    /// <summary>Half of the questions about the whole picture in other words than evaluations use.</summary>
    private static ConversationTurn Reworded(SceneTurn turn, SceneRandom random) =>
        turn.Task is SceneTask.Exists or SceneTask.Count or SceneTask.Color or SceneTask.Place && random.Chance(0.5)
            ? turn.Turn with
            {
                Question = Wording.Typed(Wording.Question(turn.Turn.Question, random), random),
            }
            : turn.Turn;

    private static SceneTurn Segment(Scene scene, SceneExpression expression, SceneRandom random) =>
        new(TaskOf(expression), Segmented(expression.Text, scene.Union(expression.Targets), expression.Targets.Count, random));

    private static SceneTask TaskOf(SceneExpression expression)
    {
        bool none = expression.Targets.Count == 0;
        return expression.Kind switch
        {
            ExpressionKind.Position or ExpressionKind.Size or ExpressionKind.Relation => none
                ? SceneTask.NoTargetComparing
                : SceneTask.Comparing,
            _ when none => SceneTask.NoTarget,
            ExpressionKind.Reasoning => SceneTask.Reasoning,
            ExpressionKind.Condition => SceneTask.Condition,
            _ => SceneTask.Referring,
        };
    }

    /// <summary>Asks for the mask of some things; of none, there is nothing to be segmented.</summary>
    private static ConversationTurn Segmented(string expression, Mask mask, int number, SceneRandom random)
    {
        string typed = random.Chance(0.5) ? expression : Wording.Expression(expression, random);
        string question = Ask(SegmentationTemplate.Questions, typed, random);
        ConversationTurn turn =
            number == 0
                ? new ConversationTurn(question, SegmentationTemplate.Refusals[0], [], [])
                : new ConversationTurn(question, $"<p> {English.Capital(expression)} </p> [SEG].", [], [mask]);
        return turn with { Subjects = [new AnswerSubject(0, 0, mask) { Number = number }] };
    }

    /// <summary>Half of the time in the words of evaluations, which come first.</summary>
    private static string Ask(IReadOnlyList<string> templates, string what, SceneRandom random) =>
        string.Format(CultureInfo.InvariantCulture, random.Chance(0.5) ? templates[0] : random.Pick(templates), what);

    private static SceneTurn[] Captions(Scene scene, SceneCaption caption, SceneRandom random) =>
        [
            new SceneTurn(SceneTask.Caption, Caption(scene, caption, random)),
            new SceneTurn(SceneTask.Description, new ConversationTurn(Questions.Caption, caption.Text, [], [])),
        ];

    private static ConversationTurn Caption(Scene scene, SceneCaption caption, SceneRandom random)
    {
        var answer = new System.Text.StringBuilder();
        var subjects = new List<AnswerSubject>();
        int at = 0;
        foreach (ScenePhrase phrase in caption.Phrases)
        {
            answer.Append(caption.Text, at, phrase.Start - at).Append("<p> ");
            int start = answer.Length;
            answer.Append(caption.Text, phrase.Start, phrase.End - phrase.Start);
            subjects.Add(
                new AnswerSubject(start, answer.Length, scene.Union(phrase.Segments)) { Number = phrase.Segments.Count }
            );
            answer.Append(" </p> [SEG]");
            at = phrase.End;
        }

        answer.Append(caption.Text, at, caption.Text.Length - at);
        return new ConversationTurn(
            Ask(CaptionQuestions, "", random),
            answer.ToString(),
            [],
            [.. subjects.Select(subject => subject.Mask)]
        )
        {
            Subjects = subjects,
        };
    }

    private static SceneTurn[] Names(Scene scene, SceneRandom random) =>
        [
            .. scene.Things.Select(thing => Name(thing, random)),
            .. RegionsWriter
                .WriteNames(scene, thing => Prompt(thing, random), random)
                .Select(turn => new SceneTurn(SceneTask.Regions, turn)),
        ];

    private static SceneTurn Name(SceneThing thing, SceneRandom random)
    {
        VisualPrompt prompt = Prompt(thing, random);
        return new SceneTurn(
            SceneTask.Name,
            new ConversationTurn(Ask(NameTemplate.Questions, prompt.Placeholder, random), thing.Category.Name, [prompt], [])
        );
    }

    private static SceneTurn Region(SceneThing thing, SceneRegion region, SceneRandom random)
    {
        VisualPrompt prompt = Prompt(thing, random);
        return new SceneTurn(
            SceneTask.Region,
            new ConversationTurn(Ask(RegionQuestions, prompt.Placeholder, random), region.Description, [prompt], [])
        );
    }

    private static SceneTurn Picture(Scene scene, SceneQuestion question) =>
        new(
            Enum.Parse<SceneTask>(question.Kind.ToString()),
            new ConversationTurn(question.Question, question.Answer, [], [])
            {
                Subjects = question switch
                {
                    { Thing: > 0 } => [new AnswerSubject(0, question.Answer.Length, scene.Things[question.Thing - 1].Mask)],
                    { Counted: { } counted } => [new AnswerSubject(0, 0, scene.Union(counted)) { Number = counted.Count }],
                    _ => [],
                },
            }
        );

    /// <summary>A point, a box or the mask.</summary>
    private static VisualPrompt Prompt(SceneThing thing, SceneRandom random)
    {
        switch (random.Below(3))
        {
            case 0:
                PixelPoint point = ScenePoints.Inside(thing.Mask, random);
                return VisualPrompt.Point(point.X, point.Y);
            case 1:
                return VisualPrompt.Box(thing.Box.X0, thing.Box.Y0, thing.Box.X1, thing.Box.Y1);
            default:
                return VisualPrompt.Region(thing.Mask);
        }
    }

    /// <summary>Up to three marks, in random order, and a question about one of them.</summary>
    private static SceneTurn Points(Scene scene, SceneQuestion question, SceneRandom random)
    {
        SceneThing[] marked = random.Shuffle(
            random
                .Shuffle(scene.Things.Where(thing => thing.Id != question.Thing))
                .Take(random.Below(3))
                .Append(scene.Things[question.Thing - 1])
        );
        string marks = string.Join(", ", marked.Select((_, i) => $"Mark {i + 1} <mark>"));
        int number = Array.FindIndex(marked, thing => thing.Id == question.Thing) + 1;
        VisualPrompt[] points =
        [
            .. marked
                .Select(thing => ScenePoints.Inside(thing.Mask, random))
                .Select(point => VisualPrompt.Point(point.X, point.Y)),
        ];
        return new SceneTurn(
            SceneTask.Points,
            new ConversationTurn(
                $"There are some marks: "
                    + $"{marks}.\n{question.Question.Replace("this", $"Mark {number}", StringComparison.Ordinal)}",
                question.Answer,
                points,
                []
            )
        );
    }
}
