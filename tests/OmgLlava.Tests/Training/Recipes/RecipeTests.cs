using OmgLlava.Tests.Training.Stages;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Recipes;

namespace OmgLlava.Tests.Training.Recipes;

public class RecipeTests
{
    private const string Good = """
        { "stage": "language", "shape": "shape.json", "output": "out", "steps": 5, "data": { "art": ["art"] } }
        """;

    [Fact]
    public void Paths_are_relative_to_the_file()
    {
        using var folder = new TemporaryFolder();
        _ = new TinyRecipes(folder);
        var recipe = Recipe.Load(folder.Write("recipe.json", System.Text.Encoding.UTF8.GetBytes(Good)));
        Assert.Equal(folder["out"], recipe.Output);
        Assert.Equal([folder["art"]], recipe.Data.Art);
        Assert.Equal(RecipeStage.Language, recipe.Stage);
    }

    [Theory]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"lerning_rate\": 1", "'lerning_rate' is not known (line 1).")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"it's Path:\\nhere\": 1", "'it's Path: here' is not known (line 1).")]
    [InlineData("\"steps\": 5", "\"steps\": 0", "steps, batch and accumulate must be positive")]
    [InlineData("\"steps\": 5,", "", "steps")]
    [InlineData("\"language\"", "\"languages\"", "'stage' (line 1) must be one of: ")]
    [InlineData("\"steps\": 5", "\"steps\": \"five\"", "'steps' (line 1) has a wrong type.")]
    [InlineData("\"art\"]", "\"arts\"]", "does not exist")]
    [InlineData("\"shape\": \"shape.json\"", "\"shape\": \"none.json\"", "none.json' does not exist")]
    [InlineData("\"shape\": \"shape.json\"", "\"model\": \"none\"", "none' does not exist")]
    [InlineData("\"shape\": \"shape.json\",", "", "give either 'model'")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"warmup_share\": 2", "warmup_share")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"train\": [\"projectors\"]", "alignment stages only")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"optimizer\": \"adam\"", "'optimizer' (line 1) must be one of: adamw, muon.")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"hide_pixels\": 2", "at least 0 and at most 1")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"hide_pixels\": 0.5", "belong to instruction tuning")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"as_labelled\": true", "as_labelled belongs to instruction tuning")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"encoder\": { \"onnx\": \"none.onnx\" }", "none.onnx' does not exist")]
    [InlineData(
        "\"steps\": 5",
        "\"steps\": 5, \"segmentation\": { \"sizes\": [{ \"size\": 192, \"from\": 9 }, { \"size\": 256, \"from\": 9 }] }",
        "from rising steps on"
    )]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"segmentation\": { \"sizes\": [{ \"size\": 200 }] }", "multiples of 32 pixels")]
    [InlineData(
        "[\"art\"]",
        "[\"art\"], \"photos\": [{ \"kind\": \"coco\", \"folder\": \"art\" }]",
        "name their file of annotations"
    )]
    [InlineData(
        "[\"art\"]",
        "[\"art\"], \"photos\": [{ \"kind\": \"flickr\", \"folder\": \"art\" }]",
        "must be one of: voc, coco, coco_panoptic, davis, class_folders."
    )]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"losses\": { \"grounded_attention\": 1 }", "belong to instruction tuning")]
    [InlineData("\"steps\": 5", "\"steps\": 5, \"losses\": { \"dice\": -1 }", "must not be negative")]
    [InlineData("[\"art\"]", "[\"art\"], \"max_things\": 0", "max_things must be 1 to 30")]
    [InlineData("[\"art\"]", "[\"art\"], \"upside_down_share\": 0.9", "upside_down_share must be 0 to 0.8")]
    [InlineData("[\"art\"]", "[\"art\"], \"mix\": { \"referring\": -1 }", "mix must not be negative")]
    [InlineData("[\"art\"]", "[\"art\"], \"mix\": { \"refering\": 2 }", "must be one of: referring, condition, comparing, ")]
    [InlineData("}", "", "is not a recipe")]
    public void Bad_recipes_are_refused_in_one_sentence(string part, string instead, string message)
    {
        using var folder = new TemporaryFolder();
        _ = new TinyRecipes(folder);
        string path = folder.Write(
            "recipe.json",
            System.Text.Encoding.UTF8.GetBytes(Good.Replace(part, instead, StringComparison.Ordinal))
        );
        var error = Assert.Throws<OmgLlavaException>(() => Recipe.Load(path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("recipe.json", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Recipes_share_what_their_data_have_in_common()
    {
        using var folder = new TemporaryFolder();
        _ = new TinyRecipes(folder);
        string recipe = Good.Replace("\"art\": [\"art\"]", "\"base\": \"data.json\"", StringComparison.Ordinal);
        string path = folder.Write("recipe.json", Bytes(recipe));
        folder.Write("data.json", Bytes("{ /* of all */ \"art\": [\"art\"], \"seed\": 7, \"turns\": 9, }"));
        DataRecipe data = Recipe.Load(path).Data;
        Assert.Equal((folder["art"], 9, null), (Assert.Single(data.Art), data.Turns, data.Base));
        Directory.CreateDirectory(folder["elsewhere"]); // its paths are its own
        string there = recipe
            .Replace("data.json", "../data.json", StringComparison.Ordinal)
            .Replace("shape.json", "../shape.json", StringComparison.Ordinal);
        string other = folder.Write("elsewhere/recipe.json", Bytes(there));
        Assert.Equal(folder["art"], Assert.Single(Recipe.Load(other).Data.Art));
        (string, string)[] bad =
        [
            ("{ \"arts\": [] }", "'arts' is not known"),
            ("[1]", "is no description"),
            ("{", "is no description"),
        ];
        foreach ((string text, string message) in bad)
        {
            folder.Write("data.json", Bytes(text));
            Assert.Contains(message, Assert.Throws<OmgLlavaException>(() => Recipe.Load(path)).Message, StringComparison.Ordinal);
        }

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }

    [Fact]
    public void Art_without_drawings_is_refused_before_training()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new TinyRecipes(folder).Of(RecipeStage.Language, 5);
        Assert.Throws<OmgLlavaException>(() => Trainer.Run(recipe, cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Sample_with_other_numbers_of_SEG_and_masks_is_named_before_the_first_step()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default);
        Recipe recipe = recipes.Of(RecipeStage.InstructionTuning, 1) with { Model = recipes.Model(RecipeStage.Language) };
        var error = Assert.Throws<OmgLlavaException>(() => Trainer.Run(recipe, null, new BrokenScenes(), default));
        Assert.Contains("has 2 [SEG] for 1 mask(s)", error.Message, StringComparison.Ordinal);
    }

    private sealed class BrokenScenes : OmgLlava.Training.Samples.ISceneSource
    {
        private readonly DrawnScenes _scenes = new();

        public IReadOnlyList<string> ClassNames => _scenes.ClassNames;

        public int Things => _scenes.Things;

        public IReadOnlyList<IReadOnlyList<string>> Words => _scenes.Words;

        public long Count => _scenes.Count;

        public OmgLlava.Training.Samples.TrainingScene Scene(long number)
        {
            OmgLlava.Training.Samples.TrainingScene scene = _scenes.Scene(number);
            return scene with
            {
                Dialogue = () =>
                    [
                        [scene.Dialogue()[0][0] with { Answer = "Two: [SEG] and [SEG]." }],
                    ],
            };
        }

        public (string Question, string Answer) Text(long number) => _scenes.Text(number);
    }

    [Fact]
    public void Every_stage_of_nano_fits_together()
    {
        using var folder = new TemporaryFolder();
        string recipes = Directory.CreateDirectory(folder["recipes/nano"]).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "recipes/nano"), "*.json"))
        {
            File.Copy(file, Path.Combine(recipes, Path.GetFileName(file)));
        }

        foreach (string art in (string[])["noto", "twemoji", "openclipart"])
        {
            Directory.CreateDirectory(folder[$"artifacts/art/{art}"]);
        }

        foreach (string photos in (string[])["voc", "coco-person", "coco128", "davis", "caltech101"])
        {
            Directory.CreateDirectory(folder[$"artifacts/photos/{photos}"]);
        }

        Directory.CreateDirectory(folder["artifacts/encoders"]);
        folder.Write("artifacts/encoders/ResNet18.onnx", [0]);
        string[] stages = [.. Directory.GetFiles(recipes, "?-*.json").Order(StringComparer.Ordinal)];
        Assert.Equal(5, stages.Length);
        foreach (string stage in stages)
        {
            var recipe = Recipe.Load(stage);
            Assert.Empty(RecipeJson.Differences(RecipeJson.Write(recipe), RecipeJson.Write(recipe))); // the same command goes on
            Directory.CreateDirectory(Path.Combine(recipe.Output, "model")); // the next one starts from it
        }
    }
}
