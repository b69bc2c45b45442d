using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;

namespace OmgLlava.World;

/// <summary>Writes pairs of questions the second of which means nothing without the first: "Where is the cat?", "And its
/// color?".</summary>
internal sealed class FollowUpWriter(Scene scene, SceneDescriber describer, SceneRandom random)
{
    private static readonly string[] AskColor = ["And its color?", "What color is it?", "Which color does it have?"];
    private static readonly string[] AskPlace = ["And where is it?", "Where is it?", "In which part of the picture is it?"];
    private static readonly string[] AskMask = ["Please segment it.", "Show me its mask.", "Segment it", "Mark it in the image."];

    /// <summary>One pair for each thing that is the only one of its name, and that something more can be said of.</summary>
    public IEnumerable<ConversationTurn> Write() =>
        from thing in scene.Things
        where scene.Knows(thing.Category.Name)
        where scene.Things.All(other => other == thing || SceneTruth.Is(other, thing.Category.Name) == Truth.No)
        let second = Second(thing)
        where second is not null
        select First(thing) with
        {
            Next = second,
        };

    private ConversationTurn First(SceneThing thing)
    {
        string name = thing.Category.Name;
        return random.Below(3) switch
        {
            0 => new ConversationTurn(QuestionWriter.Exists(name, "Yes.").Question, "Yes.", [], []),
            1 when describer.Place(thing) is { } place => About(thing, $"Where is the {name}?", $"{English.Capital(place)}."),
            _ => Masked(SegmentationTemplate.Ask($"the {name}"), $"the {name}", thing),
        };
    }

    private ConversationTurn? Second(SceneThing thing)
    {
        var ways = new List<Func<ConversationTurn>> { () => Masked(random.Pick(AskMask), $"the {thing.Category.Name}", thing) };
        if (thing.MainColor >= 0)
        {
            ways.Add(() => About(thing, random.Pick(AskColor), $"{English.Capital(ColorNames.All[thing.MainColor])}."));
        }

        if (describer.Place(thing) is { } place)
        {
            ways.Add(() => About(thing, random.Pick(AskPlace), $"{English.Capital(place)}."));
        }

        if (Beside(thing) is { } beside)
        {
            ways.Add(() => beside);
        }

        return random.Pick(ways)();
    }

    /// <summary>"the one to the left of it": the only other thing on that side.</summary>
    private ConversationTurn? Beside(SceneThing thing)
    {
        if (!scene.IsDrawn)
        {
            return null; // there may be more that is not labelled
        }

        bool left = random.Chance(0.5);
        SceneThing[] others = [.. scene.Things.Where(other => other != thing)];
        SceneThing[] there = [.. others.Where(other => Holds(other) == Truth.Yes)];
        if (others.Any(other => Holds(other) == Truth.Unclear) || there is not [var only])
        {
            return null;
        }

        string side = left ? "left" : "right";
        return random.Chance(0.5)
            ? Masked($"Segment the one to the {side} of it.", $"the {only.Category.Name}", only)
            : About(only, $"What is to the {side} of it?", $"{English.Capital(English.A(only.Category.Name))}.");

        Truth Holds(SceneThing other) =>
            left ? SceneTruth.LeftOf(other, thing, scene.Picture.Width) : SceneTruth.LeftOf(thing, other, scene.Picture.Width);
    }

    private static ConversationTurn About(SceneThing thing, string question, string answer) =>
        new(question, answer, [], []) { Subjects = [new AnswerSubject(0, answer.Length, thing.Mask)] };

    private static ConversationTurn Masked(string question, string phrase, SceneThing thing) =>
        new(question, $"<p> {English.Capital(phrase)} </p> [SEG].", [], [thing.Mask])
        {
            Subjects = [new AnswerSubject(0, 0, thing.Mask) { Number = 1 }],
        };
}
