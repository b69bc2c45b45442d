using OmgLlava.Conversion;
using OmgLlava.Perception;
using OmgLlava.Tests.Formats;
using OmgLlava.Torch;
using OmgLlava.Training.Engine;
using OmgLlava.Training.Losses;
using OmgLlava.Training.Recipes;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Stages;

public class StageModelTests
{
    /// <summary>What is beyond the paper is there from the first step, says nothing at first, and learns.</summary>
    [Fact]
    public void Places_and_finer_masks_are_learnt_from_nothing_and_SEG_begins_with_what_the_mask_decoder_learnt()
    {
        using var folder = new TemporaryFolder();
        var recipes = new TinyRecipes(folder, TinyRecipes.FullShape);
        string before = Trainer.Run(recipes.Of(RecipeStage.Contrastive, 1), null, new DrawnScenes(), default).Model!;
        using (ITensorSource begun = ModelDirectory.OpenWeights(before))
        {
            Assert.All(
                (string[])["decoder.place_embedding", "decoder.detail_embedding", "prompts.places"],
                part => Assert.Equal(0, Read(begun, $"perception.{part}.weight").abs().max().item<float>())
            );
            string[] places =
            [
                .. begun.Tensors.Keys.Where(name => name.StartsWith("visual_projector.places.", StringComparison.Ordinal)),
            ];
            Assert.NotEmpty(places);
            Assert.All(places, name => Assert.Equal(0, Read(begun, name).abs().max().item<float>()));
            Assert.InRange(Read(begun, "perception.value_places.weight").std().item<float>(), 0.03, 0.07);
        }

        string after = Trainer.Run(recipes.Of(RecipeStage.Segmentation, 3), null, new DrawnScenes(), default).Model!;
        AssertLearnt(
            before,
            after,
            "perception.value_places.",
            "perception.decoder.place_embedding.",
            "perception.mask_detail.",
            "perception.decoder.detail_embedding.",
            "perception.prompts.places."
        );
        using ITensorSource learnt = ModelDirectory.OpenWeights(after);
        string[] names =
        [
            .. learnt.Tensors.Keys.Where(name => name.StartsWith("segmentation_decoder.", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(names);
        Assert.All(
            names,
            name =>
                Assert.True(
                    Read(learnt, name)
                        .equal(
                            Read(learnt, name.Replace("segmentation_decoder.", "perception.decoder.", StringComparison.Ordinal))
                        )
                        .all()
                        .item<bool>(),
                    name
                )
        );
    }

    [Fact]
    public void An_encoder_that_others_trained_is_read_and_left_alone_until_its_time()
    {
        using var folder = new TemporaryFolder();
        PerceptionConfig net = SmallResNet.Config(bottleneck: false);
        OmgLlavaConfig shape = TinyRecipes.Shape with
        {
            Perception = TinyRecipes.Shape.Perception with
            {
                Encoder = net.Encoder,
                EncoderWidths = net.EncoderWidths,
                EncoderDepths = net.EncoderDepths,
            },
            Alignment = TinyRecipes.Shape.Alignment with { ImageChannels = net.EncoderWidths[^1] },
        };
        var recipes = new TinyRecipes(folder, shape);
        Recipe contrastive = recipes.Of(RecipeStage.Contrastive, 1) with
        {
            Encoder = new EncoderRecipe
            {
                Onnx = folder.Write("net.onnx", SmallResNet.Write(bottleneck: false, norms: true, raw: true)),
            },
            Contrastive = new ContrastiveRecipe
            {
                WordWidth = 32,
                WordLayers = 1,
                EncoderRate = 0,
            },
        };
        string before = Trainer.Run(contrastive, null, new DrawnScenes(), default).Model!;
        var expected = OnnxResNet.Load(
            contrastive.Encoder.Onnx,
            new EncoderInput(false, contrastive.Encoder.Std),
            shape.Image.Std
        );
        using (ITensorSource read = ModelDirectory.OpenWeights(before))
        {
            Assert.All(
                expected.Weights,
                weight =>
                    Assert.Equal(
                        weight.Value.Values,
                        Read(read, $"perception.image_encoder.{weight.Key}").data<float>().ToArray()
                    )
            );
        }

        Recipe later = recipes.Of(RecipeStage.Segmentation, 2) with
        {
            Segmentation = new SegmentationRecipe
            {
                Prompts = 2,
                EncoderRate = 0.5,
                EncoderStart = 1,
            },
        };
        string still = Trainer.Run(later with { Steps = 1, Output = folder["still"] }, null, new DrawnScenes(), default).Model!;
        using (ITensorSource read = ModelDirectory.OpenWeights(still))
        {
            Assert.All(
                expected.Weights,
                weight =>
                    Assert.Equal(
                        weight.Value.Values,
                        Read(read, $"perception.image_encoder.{weight.Key}").data<float>().ToArray()
                    )
            );
        }

        AssertLearnt(
            before,
            Trainer.Run(later, null, new DrawnScenes(), default).Model!,
            "perception.image_encoder.stages.0.",
            "perception.image_encoder.stem."
        );
        Recipe other = contrastive with { Shape = folder["other.json"], Output = folder["other"] };
        (shape with { Perception = shape.Perception with { EncoderDepths = [2, 1, 3, 2] } }).Save(other.Shape!);
        Assert.Contains(
            "2, 1, 3, 1 blocks",
            Assert.Throws<OmgLlavaException>(() => Trainer.Run(other, null, new DrawnScenes(), default)).Message,
            StringComparison.Ordinal
        );
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

    private static void AssertLearnt(string before, string after, params string[] parts)
    {
        using ITensorSource silent = ModelDirectory.OpenWeights(before),
            learnt = ModelDirectory.OpenWeights(after);
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
