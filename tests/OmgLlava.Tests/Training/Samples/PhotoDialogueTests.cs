using OmgLlava.Data;
using OmgLlava.Data.Templates;
using OmgLlava.Imaging;
using OmgLlava.Training.Samples;
using OmgLlava.World;

namespace OmgLlava.Tests.Training.Samples;

public class PhotoDialogueTests
{
    private const int Side = 100;
    private static readonly string[] Classes = ["cat", "dog", "sofa", "person", "horse"];
    private static readonly Mask Cat = Block(5, 40);
    private static readonly Mask Left = Block(45, 15);
    private static readonly Mask Right = Block(75, 20);

    /// <summary>The cat is red, all else has every colour in part.</summary>
    private static readonly RgbImage Picture = new(Side, Side, [.. Enumerable.Range(0, Side * Side).SelectMany(Color)]);

    [Fact]
    public void What_is_labelled_is_asked_for_and_what_is_not_is_not_spoken_of()
    {
        SceneTurn[] turns = Write(nouns: ["cat", "dog", "horse"]);
        Assert.Equal(Cat.Pixels.ToArray(), Of(turns, "the cat").Masks[0].Pixels.ToArray());
        Assert.Equal(Right.Pixels.ToArray(), Of(turns, "the rightmost dog", "the dog on the right").Masks[0].Pixels.ToArray());
        Assert.Equal("<p> All dogs </p> [SEG].", Of(turns, "all dogs").Answer);
        Assert.Contains(turns, turn => turn.Turn is { Question: "How many dogs are there?", Answer: "Two." });
        Assert.Contains(turns, turn => turn.Turn is { Question: "Is there a horse in the picture?", Answer: "No." });
        Assert.Contains(turns, turn => turn.Turn.Answer == "A red cat and two dogs are in the picture.");
        Assert.Contains(turns, turn => turn.Task == SceneTask.Name && turn.Turn.Answer == "dog");

        // a sofa, a person or a lion may be there unlabelled, so may animals
        string[] silent = ["sofa", "person", "people", "lion", "animal", "thing", "red one", "broken", "upside", "behind", "front"];
        SceneTask[] fixedWords =
            [SceneTask.Exists, SceneTask.Name, SceneTask.Points, SceneTask.Region, SceneTask.Caption];
        Assert.All(
            turns.Where(turn => !fixedWords.Contains(turn.Task)),
            turn => Assert.DoesNotContain(silent, word => turn.Turn.Question.Contains(word, StringComparison.Ordinal))
        );
        Assert.All(
            turns.Where(turn =>
                (turn.Task != SceneTask.Regions && turn.Turn.Answer is "No.")
                || turn.Turn.Answer == SegmentationTemplate.Refusals[0]
            ),
            turn =>
                Assert.True(
                    Has(turn.Turn.Question, "horse")
                        || turn.Task == SceneTask.NoTargetComparing
                        || (Has(turn.Turn.Question, "cat") && ColorNames.All.Any(color => Has(turn.Turn.Question, color)))
                )
        );
    }

    [Fact]
    public void Colors_are_spoken_of_where_the_pixels_surely_have_one()
    {
        SceneTurn[] turns = Write(nouns: ["cat", "dog", "horse"]);
        Assert.Equal(Cat.Pixels.ToArray(), Of(turns, "the red cat").Masks[0].Pixels.ToArray());
        Assert.Contains(turns, turn => turn.Turn is { Question: "What color is the cat?", Answer: "Red." });
        Assert.Contains(
            turns,
            turn =>
                turn.Turn.Answer == SegmentationTemplate.Refusals[0]
                && ColorNames.All.Any(color => Has(turn.Turn.Question, $"the {color} cat"))
        );
        Assert.DoesNotContain(turns, turn => turn.Task == SceneTask.Color && Has(turn.Turn.Question, "dog"));
    }

    [Fact]
    public void Of_a_group_single_things_have_names_but_no_number()
    {
        SceneTurn[] turns = Write(nouns: ["cat", "horse"]);
        Assert.DoesNotContain(turns, turn => turn.Task is SceneTask.Count && Has(turn.Turn.Question, "dog"));
        Assert.DoesNotContain(turns, turn => turn.Turn.Masks.Count > 0 && Has(turn.Turn.Answer, "dog"));
        Assert.Contains(turns, turn => turn.Turn is { Question: "Is there a dog in the picture?", Answer: "Yes." });
        Assert.Contains(turns, turn => turn.Task == SceneTask.Name && turn.Turn.Answer == "dog");
        Assert.Contains(turns, turn => turn.Turn.Answer == "A red cat is in the picture.");
    }

    [Fact]
    public void A_photograph_that_only_has_a_name_is_asked_for_by_a_box_around_all()
    {
        var whole = new SceneObject(2, new Mask(Side, Side, [.. Enumerable.Repeat(true, Side * Side)])) { HasMask = false };
        IReadOnlyList<SceneTurn> turns = new PhotoDialogue(Classes, 5, 1).Write(0, Picture, [whole], new HashSet<string>());
        Assert.Contains(turns, turn => turn.Turn.Question == NameTemplate.Ask("<region>") && turn.Turn.Answer == "sofa");
        Assert.All(turns, turn => Assert.Empty(turn.Turn.Masks));
    }

    private static ConversationTurn Of(SceneTurn[] turns, params string[] expressions) =>
        turns.First(turn =>
            turn.Turn.Masks.Count == 1
            && expressions.Any(text => turn.Turn.Answer.Contains($"<p> T{text[1..]} </p>", StringComparison.Ordinal)
                || turn.Turn.Answer.Contains($"<p> A{text[1..]} </p>", StringComparison.Ordinal))
        ).Turn;

    private static SceneTurn[] Write(string[] nouns)
    {
        SceneObject[] seen = [new(0, Cat), new(1, Left), new(1, Right)];
        var dialogue = new PhotoDialogue(Classes, 5, 1);
        return [.. Enumerable.Range(0, 6).SelectMany(i => dialogue.Write(i, Picture, seen, nouns.ToHashSet()))];
    }

    private static byte[] Color(int pixel) =>
        Cat.Pixels[pixel]
            ? [220, 10, 10]
            : (pixel % 7) switch
            {
                0 => [220, 10, 10],
                1 => [255, 140, 0],
                2 => [250, 240, 20],
                3 => [20, 180, 40],
                4 => [20, 40, 220],
                5 => [150, 40, 200],
                _ => [0, 0, 0],
            };

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static Mask Block(int x, int width) =>
        new(
            Side,
            Side,
            [.. Enumerable.Range(0, Side * Side).Select(i => i % Side >= x && i % Side < x + width && i / Side is > 20 and < 60)]
        );
}
