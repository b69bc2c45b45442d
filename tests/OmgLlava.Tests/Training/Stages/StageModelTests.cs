using OmgLlava.Language;
using OmgLlava.Layers;
using OmgLlava.Perception;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using OmgLlava.Training.Stages;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Stages;

public class StageModelTests
{
    [Fact]
    public void Perception_comes_from_another_model_and_the_input_grows()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string[] models = [.. Enumerable.Range(1, 2).Select(seed =>
        {
            Recipe recipe = recipes.Of(RecipeStage.Contrastive, 1) with { Seed = seed, Output = folder[$"{seed}"] };
            return Trainer.Run(recipe, null, new DrawnScenes(), default).Model!;
        })];
        Recipe mixed = recipes.Of(RecipeStage.Pretraining, 1) with
        {
            Model = models[0],
            LanguageModel = null,
            PerceptionModel = models[1],
            ImageSize = 2 * DrawnScenes.Side,
            ObjectCellStride = 8,
            Add = [AddedPart.DistinctObjects],
        };

        using StageModel opened = StageModel.Open(mixed, new DrawnScenes(), CPU);
        using ITensorSource first = ModelDirectory.OpenWeights(models[0]), second = ModelDirectory.OpenWeights(models[1]);
        foreach ((string name, Tensor tensor) in opened.Network.Tensors())
        {
            using Tensor expected = zeros_like(tensor);
            (name.StartsWith("perception.", StringComparison.Ordinal) ? second : first).ReadInto(name, expected);
            Assert.True(tensor.allclose(expected, 0, 0), name);
        }

        Assert.Equal(2 * DrawnScenes.Side, opened.Network.Config.Image.Size);
        Assert.Equal(8, opened.Network.Config.Perception.ObjectCellStride);
        Assert.True(opened.Network.Config.Perception.DistinctObjects);
        Assert.Null(ModelDirectory.ReadConfig(models[1]).Perception.ObjectCellStride);
        Assert.False(ModelDirectory.ReadConfig(models[1]).Perception.DistinctObjects);
        Assert.Equal(TinyRecipes.Shape.Image.Size, ModelDirectory.ReadConfig(models[1]).Image.Size);
    }

    [Fact]
    public async Task Parts_that_are_added_change_no_answer_before_they_have_learnt()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string before = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        Recipe adding = recipes.Of(RecipeStage.InstructionTuning, 1) with
        {
            Model = before,
            Add = [AddedPart.TokenPlaces, AddedPart.MaskDecoder, AddedPart.LanguageLayers],
            Train = [TrainedPart.Projectors, TrainedPart.Language, TrainedPart.MaskDecoder],
        };
        using (StageModel opened = StageModel.Open(adding, new DrawnScenes(), CPU))
        {
            opened.Save(folder["added"], adding);
        }

        string after = Trainer.Run(adding, null, new DrawnScenes(), default).Model!;
        Assert.Equal(await AnswerAsync(before), await AnswerAsync(folder["added"]));
        AssertLearnt(folder["added"], after, "visual_projector.places.", "segmentation_decoder.layers.0.", "language.layers.1.attention.wo.", "language.layers.2.feed_forward.w2.");
        Assert.Equal(TinyRecipes.Shape.Language.Layers + 2, ModelDirectory.ReadConfig(after).Language.Layers);
        using (StageModel again = StageModel.Open(adding with { Model = after }, new DrawnScenes(), CPU))
        {
            again.Save(folder["again"], adding); // with a new copy of the mask decoder instead of the one that has learnt
        }

        using (ITensorSource copied = ModelDirectory.OpenWeights(folder["again"]))
        {
            string[] names = [.. copied.Tensors.Keys.Where(name => name.StartsWith("segmentation_decoder.", StringComparison.Ordinal))];
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.True(Read(copied, name).equal(Read(copied, name.Replace("segmentation_decoder.", "perception.decoder.", StringComparison.Ordinal))).all().item<bool>()));
        }

        static async Task<string> AnswerAsync(string model)
        {
            using var loaded = OmgLlavaModel.Load(model, new LoadOptions { Device = "cpu" });
            using ImageChat chat = loaded.StartChat(new DrawnScenes().Scene(3).Picture!);
            Reply reply = await chat.AskAsync("What is at <mark>?", [VisualPrompt.Point(20, 20)], new GenerationOptions { MaxNewTokens = 8 });
            return string.Join(' ', reply.Tokens);
        }
    }

    /// <summary>Of a model of six layers and of one of eight, the layers that are taught where to look are the same ones.</summary>
    [Fact]
    public void Layers_are_added_between_nouns_and_subjects()
    {
        string[] sources = [.. Enumerable.Range(0, 8).Select(index => InsertedLayers.Source($"language.layers.{index}.attention.wo.weight", 6)).Select(source => (source.Silent ? "silent " : "") + source.Name.Split('.')[2])];
        Assert.Equal(["0", "1", "silent 1", "silent 1", "2", "3", "4", "5"], sources);
        Assert.Equal(("language.layers.1.attention.wqkv.weight", false), InsertedLayers.Source("language.layers.3.attention.wqkv.weight", 6));
        Assert.Equal(("language.head.weight", false), InsertedLayers.Source("language.head.weight", 6));

        LookingLayers before = LookingLayers.Of(6), after = LookingLayers.Of(8);
        Assert.Equal(new LookingLayers(1, 3, 4), before);
        Assert.Equal([$"{before.Mention}", $"{before.Subject}", $"{before.Number}"], [sources[after.Mention], sources[after.Subject], sources[after.Number]]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(32)]
    public void Layers_that_are_taught_where_to_look_exist(int layers)
    {
        LookingLayers looking = LookingLayers.Of(layers);
        Assert.InRange(looking.Mention, 0, looking.Subject);
        Assert.InRange(looking.Subject, 0, looking.Number);
        Assert.InRange(looking.Number, 0, layers - 1);
    }

    [Fact]
    public void A_model_with_adapters_beside_its_weights_gets_no_layers()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string words = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        string model = Trainer.Run(recipes.Of(RecipeStage.InstructionTuning, 1) with { Model = words, MergeAdapters = false }, null, new DrawnScenes(), default).Model!;
        Recipe adding = recipes.Of(RecipeStage.InstructionTuning, 1) with { Model = model, Add = [AddedPart.LanguageLayers] };
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() => StageModel.Open(adding, new DrawnScenes(), CPU));
        Assert.Contains("merge_adapters", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mask_decoder_learns_places_and_a_decoder_for_SEG_may_see_them_too()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string before = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        Recipe adding = recipes.Of(RecipeStage.Segmentation, 2) with { Model = before, Add = [AddedPart.MaskPlaces, AddedPart.MaskDecoder], Output = folder["places"] };
        using (StageModel added = StageModel.Open(adding, new DrawnScenes(), CPU))
        {
            added.Save(folder["added"], adding);
        }

        using (ITensorSource begun = ModelDirectory.OpenWeights(folder["added"]))
        {
            Assert.Equal(0, Read(begun, "perception.decoder.place_embedding.weight").abs().max().item<float>());
            Assert.InRange(Read(begun, "perception.value_places.weight").std().item<float>(), 0.03, 0.07);
        }

        string after = Trainer.Run(adding, null, new DrawnScenes(), default).Model!;
        AssertLearnt(folder["added"], after, "perception.value_places.", "perception.decoder.place_embedding.");
        Assert.True(ModelDirectory.ReadConfig(after).Perception.MaskPlaces);
        using ITensorSource learnt = ModelDirectory.OpenWeights(after);
        Assert.Equal(0, Read(learnt, "segmentation_decoder.place_embedding.weight").abs().max().item<float>());
    }

    [Fact]
    public void Finer_masks_and_the_places_of_prompts_are_learnt()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string before = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        Recipe adding = recipes.Of(RecipeStage.Segmentation, 3) with { Model = before, Add = [AddedPart.MaskDetail, AddedPart.PromptPlaces], Output = folder["finer"] };
        using (StageModel added = StageModel.Open(adding, new DrawnScenes(), CPU))
        {
            added.Save(folder["added"], adding);
        }

        using (ITensorSource begun = ModelDirectory.OpenWeights(folder["added"]))
        {
            Assert.Equal(0, Read(begun, "perception.decoder.detail_embedding.weight").abs().max().item<float>());
            Assert.Equal(0, Read(begun, "perception.prompts.places.weight").abs().max().item<float>());
            Assert.InRange(Read(begun, "perception.mask_detail.mix.weight").std().item<float>(), 0.02, 0.05);
        }

        string after = Trainer.Run(adding, null, new DrawnScenes(), default).Model!;
        AssertLearnt(folder["added"], after, "perception.mask_detail.", "perception.decoder.detail_embedding.", "perception.prompts.places.");
        PerceptionConfig learnt = ModelDirectory.ReadConfig(after).Perception;
        Assert.True(learnt.PromptPlaces);
        Assert.Equal(32, learnt.MaskDetailChannels);
    }

    [Fact]
    public void A_mean_with_the_model_before_is_kept()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder);
        string before = Trainer.Run(recipes.Of(RecipeStage.Language, 1), null, new DrawnScenes(), default).Model!;
        Recipe tuning = recipes.Of(RecipeStage.InstructionTuning, 1) with { Model = before, Train = [TrainedPart.Projectors, TrainedPart.Language] };
        string learnt = Trainer.Run(tuning with { Output = folder["learnt"] }, null, new DrawnScenes(), default).Model!;
        string mean = Trainer.Run(tuning with { Output = folder["mean"], Keep = 0.25 }, null, new DrawnScenes(), default).Model!;
        AssertLearnt(before, learnt, "language.layers.0.");
        using ITensorSource old = ModelDirectory.OpenWeights(before), all = ModelDirectory.OpenWeights(learnt), kept = ModelDirectory.OpenWeights(mean);
        Assert.Equal(all.Tensors.Keys.Order(), kept.Tensors.Keys.Order());
        Assert.All(kept.Tensors.Keys, name => Assert.True(Read(kept, name).allclose(Read(all, name).Mul(0.75).Add(Read(old, name).Mul(0.25)), 1e-6, 1e-7), name));
    }

    private static void AssertLearnt(string before, string after, params string[] parts)
    {
        using ITensorSource silent = ModelDirectory.OpenWeights(before), learnt = ModelDirectory.OpenWeights(after);
        foreach (string part in parts)
        {
            string[] names = [.. silent.Tensors.Keys.Where(name => name.StartsWith(part, StringComparison.Ordinal))];
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.False(Read(silent, name).equal(Read(learnt, name)).all().item<bool>(), name));
        }
    }

    private static Tensor Read(ITensorSource source, string name)
    {
        Tensor tensor = zeros([.. source.Tensors[name].Shape]);
        source.ReadInto(name, tensor);
        return tensor;
    }
}
