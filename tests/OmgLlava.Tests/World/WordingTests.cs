using OmgLlava.World;

namespace OmgLlava.Tests.World;

public class WordingTests
{
    [Theory]
    [InlineData("Is there an apple in the picture?", "Are there any apples in the picture?", "Can you see an apple?")]
    [InlineData("Is there a top hat in the picture?", "Do you see a top hat?", "Can you see a top hat?")]
    [InlineData("How many knives are there?", "What is the number of knives?", "Count the knives.")]
    [InlineData("What color is the alarm clock?", "What colour is the alarm clock?", "Which colour has the alarm clock?")]
    [InlineData("Where is the cat?", "Where do you see the cat?", "Where's the cat?")]
    public void Questions_have_other_forms_and_those_of_evaluation_are_never_trained(string plain, string trained, string held)
    {
        string[] trains = Forms(plain, held: false);
        string[] holds = Forms(plain, held: true);
        Assert.Contains(trained, trains);
        Assert.Contains(held, holds);
        Assert.Empty(trains.Intersect(holds));
        Assert.All(trains.Concat(holds), form => Assert.DoesNotContain('{', form));
    }

    [Fact]
    public void What_has_no_other_form_stays_as_it_is() =>
        Assert.Equal("What is this?", Wording.Question("What is this?", new SceneRandom(1)));

    [Fact]
    public void Expressions_are_typed_as_people_type()
    {
        var random = new SceneRandom(5);
        string[] typed = [.. Enumerable.Range(0, 400).Select(_ => Wording.Expression("the gray horse", random)).Distinct()];
        string[] forms = ["The gray horse", "THE GRAY HORSE", "gray horse", "the grey horse", "\"the gray horse\""];
        foreach (string form in forms)
        {
            Assert.Contains(form, typed);
        }

        Assert.Contains(typed, form => form.StartsWith("the ", StringComparison.Ordinal) && Math.Abs(form.Length - 14) == 1);
    }

    [Fact]
    public void A_typing_error_changes_one_place_inside_a_word()
    {
        var random = new SceneRandom(7);
        for (int i = 0; i < 100; i++)
        {
            string typed = Wording.Mistyped("the second umbrella", random);
            Assert.InRange(typed.Length, 18, 20);
            Assert.StartsWith("the ", typed, StringComparison.Ordinal);
            Assert.Equal(3, typed.Split(' ').Length);
            Assert.InRange(typed.Split(' ').Except(["the", "second", "umbrella"]).Count(), 0, 1); // twins may change places
        }

        Assert.Equal("a cat", Wording.Mistyped("a cat", random));
    }

    private static string[] Forms(string question, bool held)
    {
        var random = new SceneRandom(3);
        return [.. Enumerable.Range(0, 200).Select(_ => Wording.Question(question, random, held)).Distinct()];
    }
}
