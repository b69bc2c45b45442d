using OmgLlava.Training.Recipes;
using OmgLlava.Training.Samples;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

/// <summary>Things that scenes show and nothing names.</summary>
public class StrangerTests(TestArt art) : IClassFixture<TestArt>
{
    private static readonly string[] Known = ["cat", "dog", "car", "tree", "apple", "house", "key", "fish"];
    private static readonly string[] Strange = ["bee", "teapot", "lock", "chicken"];

    [Fact]
    public void A_stranger_is_called_something_and_its_scene_asks_for_names_alone()
    {
        var options = new WorldOptions { Size = 160, Categories = Known, Strangers = Strange };
        SceneRenderer renderer = art.Renderer(5, options);
        Scene[] scenes = [.. Enumerable.Range(0, 120).Select(i => renderer.Render(i))];
        Scene[] strange = [.. scenes.Where(scene => scene.Things.Any(thing => thing.Category.IsStranger))];
        Assert.InRange(strange.Length, 4, 40);
        foreach (Scene scene in strange)
        {
            IReadOnlyList<SceneTurn> turns = SceneDialogue.Write(scene, renderer.Vocabulary, 5);
            Assert.All(turns, turn => Assert.Contains(turn.Task, new[] { SceneTask.Name, SceneTask.Regions }));
            string[] names = [.. turns.Where(turn => turn.Task == SceneTask.Name).Select(turn => turn.Turn.Answer)];
            Assert.Equal(scene.Things.Select(thing => thing.Category.Name), names);
            Assert.Contains("something", names);
            Assert.All(turns, turn => Assert.DoesNotContain(Strange, name => turn.Turn.Answer.Contains(name)));
            Assert.All(turns, turn => Assert.DoesNotContain("a something", turn.Turn.Answer));
        }
    }

    [Fact]
    public void Perception_learns_a_strangers_mask_and_no_class()
    {
        var recipe = new DataRecipe { Categories = Known, Strangers = Strange, Seed = 5 };
        var scenes = new WorldScenes([art.Pack], recipe, 160);
        int[] classes = [.. Enumerable.Range(0, 120).SelectMany(i => scenes.Scene(i).Objects).Select(o => o.Class)];
        Assert.Contains(SceneObject.UnknownClass, classes);
        Assert.DoesNotContain(classes, c => c >= 0 && Strange.Contains(scenes.ClassNames[c]));
    }

    [Fact]
    public void Texts_can_be_drawn_of_every_scene()
    {
        var recipe = new DataRecipe { Categories = Known, Strangers = Strange, Seed = 5 };
        var scenes = new WorldScenes([art.Pack], recipe, 160);
        Assert.All(Enumerable.Range(0, 1500), i => Assert.NotEmpty(scenes.Text(i).Answer));
    }

    [Fact]
    public void A_category_that_is_named_is_no_stranger()
    {
        var options = new WorldOptions { Categories = Known, Strangers = ["cat"] };
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() => art.Renderer(1, options));
        Assert.StartsWith("'cat' cannot be a stranger", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apple", "an apple")]
    [InlineData("euphonium", "a euphonium")]
    [InlineData("unicorn", "a unicorn")]
    [InlineData("umbrella", "an umbrella")]
    [InlineData("onion", "an onion")]
    [InlineData("something", "something")]
    public void Articles_follow_the_sound(string noun, string expected) => Assert.Equal(expected, English.A(noun));
}
