using OmgLlava.Conversion;
using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Conversion;

/// <summary>Conversion of published files; their numbers are compared in the golden case, here it is about what does not
/// fit.</summary>
public class CheckpointConverterTests(TinyModel tiny)
{
    [Fact]
    public void Every_published_tensor_is_accounted_for()
    {
        using var converter = CheckpointConverter.Open(TinyModel.Files);
        Assert.True(converter.Account.IsBalanced);
        using ITensorSource written = ModelDirectory.OpenWeights(tiny.Directory);
        Assert.Equal(converter.Output.Select(info => info.Name).Order(), written.Tensors.Keys.Order());
    }

    [Fact]
    public void Missing_unexpected_and_misshapen_tensors_are_listed_and_nothing_is_written()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using (ITensorSource published = TensorSources.Open(PublishedForms.Tuned))
        {
            var tensors = published.Tensors.Keys.ToDictionary(name => name, name => published.Read(name));
            Assert.True(tensors.Remove("projector.model.model_feat.0.bias"));
            tensors["projector.model.extra"] = zeros(2);
            tensors["projector_text2vision.model.0.bias"] = zeros(3);
            TorchTensors.Write(folder["tuned.safetensors"], tensors);
        }

        using var converter = CheckpointConverter.Open(PublishedForms.Files(tuned: [folder["tuned.safetensors"]]));
        string message = Assert.Throws<OmgLlavaException>(() => converter.Write(folder["model"])).Message;
        Assert.Contains(
            $"'{folder["tuned.safetensors"]}' lacks 1 tensor (visual_projector.pixel_mlp.0.bias)",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"'{folder["tuned.safetensors"]}' holds what nobody knows: 1 tensor (projector.model.extra)",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has the wrong form of 1 tensor (projector_text2vision.model.0.bias: (3) instead of",
            message,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(folder["model"]));
    }

    [Fact]
    public void Files_that_are_missing_or_of_another_kind_are_named()
    {
        Assert.Contains(
            "does not exist",
            PublishedForms.Refusal(PublishedForms.Files("/nowhere/omg_seg.pth")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            PublishedForms.Refusal(PublishedForms.Files(language: Path.GetTempPath() + "nothing")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "omg_seg_convl.pth' (give it with --omg-seg FILE), nor the image encoder",
            PublishedForms.Refusal(PublishedForms.Files(PublishedForms.Tuned)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "folder of the language model, InternLM2-chat-7B (give it with --language DIR)",
            PublishedForms.Refusal(PublishedForms.Files(language: PublishedForms.Tuned)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "(give it with --classes FILE)",
            PublishedForms.Refusal(
                TinyModel.Files with
                {
                    Paths = [PublishedForms.OmgSeg, PublishedForms.Language, PublishedForms.Tuned],
                }
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "(give it with --omg-llava FILE)",
            PublishedForms.Refusal(PublishedForms.Files(tuned: [])),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"image_size": "large"}""", "value of the wrong kind")]
    [InlineData("""{"vision": {"heads": 7}}""", "multiple of heads (7)")]
    [InlineData("{", "is not a valid configuration")]
    public void A_configuration_that_does_not_fit_is_refused(string json, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], json);
        Assert.Contains(
            reason,
            PublishedForms.Refusal(TinyModel.Files with { Overrides = folder["config.json"] }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_that_holds_a_model_is_left_alone()
    {
        using var converter = CheckpointConverter.Open(TinyModel.Files);
        Assert.Contains(
            "already holds a model",
            Assert.Throws<OmgLlavaException>(() => converter.Write(tiny.Directory)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_cancelled_conversion_leaves_no_model()
    {
        using var folder = new TemporaryFolder();
        using var converter = CheckpointConverter.Open(TinyModel.Files);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => converter.Write(folder.Path, cancellation: source.Token));
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }
}
