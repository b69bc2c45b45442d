using OmgLlava.Conversion;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Conversion;

/// <summary>Checkpoints in the forms that the published tools write, each in the place of its part in the golden model.</summary>
public sealed class FilesAsPeopleHaveThemTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_head_alone_takes_its_backbone_from_OpenClip()
    {
        string head = PublishedForms.Sample("omg_seg_headonly.pth");
        using (var converter = CheckpointConverter.Open(PublishedForms.Files(head, others: PublishedForms.Sample("open_clip_pytorch_model.bin"))))
        {
            converter.Write(_folder["model"]);
            Assert.Equal(
                ["ln_final.weight", "logit_scale", "positional_embedding", "text_projection", "token_embedding.weight", "transformer.resblocks.0.ln_1.weight"],
                converter.Account.Leftovers.Select(entry => entry.Name).Order());
        }

        using var scope = NewDisposeScope();
        using ITensorSource expected = ModelDirectory.OpenWeights(tiny.Directory), actual = ModelDirectory.OpenWeights(_folder["model"]);
        string[] seeing = [.. expected.Tensors.Keys.Where(name => name.StartsWith("perception.", StringComparison.Ordinal) && name != "perception.class_embeddings")];
        Assert.All(seeing, name => Assert.True(expected.Read(name).to(float16).to(float32).equal(actual.Read(name)).all().item<bool>(), name)); // the sample has 16 bits
        string message = PublishedForms.Refusal(PublishedForms.Files(head));
        Assert.Contains("open_clip_pytorch_model.bin", message, StringComparison.Ordinal);
        Assert.Contains("--clip FILE", message, StringComparison.Ordinal);
        Assert.DoesNotContain("omg_seg_convl.pth", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_the_published_code_leaves_behind_is_listed_by_its_file_and_what_is_ignored_is_remembered()
    {
        string file = PublishedForms.Sample("finetune_unknown_key.pth");
        const string Key = "visual_encoder.panoptic_head.pixel_decoder_llm.mask_feature.weight";
        using (var plain = CheckpointConverter.Open(PublishedForms.Files(tuned: [file])))
        {
            Assert.Equal([(file, Key)], plain.Account.Leftovers.Select(entry => (entry.File, entry.Name)));
        }

        using var converter = CheckpointConverter.Open(PublishedForms.Files(tuned: [file]), new ConversionOptions { Ignore = ["visual_encoder.panoptic_head.pixel_decoder_llm"] });
        converter.Write(_folder["model"]);
        Assert.Equal([Key], ConversionRecord.Find(_folder["model"])!.Ignored["finetune_unknown_key.pth"]);
    }

    [Fact]
    public void A_key_that_nobody_knows_is_named_with_its_file_and_can_be_ignored()
    {
        string[] extra = [.. Enumerable.Range(0, 12).Select(i => $"visual_encoder.mystery.{i}")];
        string file = _folder["tuned.safetensors"];
        using (var scope = NewDisposeScope())
        using (var source = TensorSources.Open(PublishedForms.Tuned))
        {
            var tensors = source.Tensors.Keys.ToDictionary(name => name, name => source.Read(name));
            Array.ForEach(extra, name => tensors[name] = zeros(2));
            SafetensorsWriter.Write(file, tensors);
        }

        Assert.Contains($"'{file}' holds what nobody knows: 12 tensors (visual_encoder.mystery.0", PublishedForms.Refusal(PublishedForms.Files(tuned: [file])), StringComparison.Ordinal);
        using var converter = CheckpointConverter.Open(PublishedForms.Files(tuned: [file]));
        Assert.Equal(extra.Order(), converter.Account.Unknown.Select(entry => entry.Name).Order());
        Assert.All(extra, name => Assert.Contains(name, converter.Account.ToJson(), StringComparison.Ordinal));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Directory, "model.safetensors")),
            PublishedForms.Convert(PublishedForms.Files(tuned: [file]), new ConversionOptions { Ignore = ["visual_encoder.mystery."] }));
    }

    [Fact]
    public void A_pretraining_and_a_fine_tuning_give_the_fine_tuning_in_either_order()
    {
        string tuned = PublishedForms.Sample("finetune_fp16.pth"), before = PublishedForms.Sample("pretrain.pth");
        byte[] alone = PublishedForms.Convert(PublishedForms.Files(tuned: [tuned]));
        Assert.Equal(alone, PublishedForms.Convert(PublishedForms.Files(tuned: [before, tuned])));
        Assert.Equal(alone, PublishedForms.Convert(PublishedForms.Files(tuned: [tuned, before])));
    }

    [Fact]
    public void Fewer_rows_than_tokens_are_refused_with_both_numbers()
    {
        string message = PublishedForms.Refusal(PublishedForms.Files(tuned: [PublishedForms.Sample("finetune_vocab336.pth")]));
        Assert.Contains("has 336 rows", message, StringComparison.Ordinal);
        Assert.Contains("340 tokens need one", message, StringComparison.Ordinal);
        Assert.Contains("finetune_vocab336.pth", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rotary_tables_of_an_older_InternLm2_are_known_leftovers()
    {
        using var converter = CheckpointConverter.Open(PublishedForms.Files(language: PublishedForms.Sample("llm_invfreq")));
        Assert.True(converter.Account.IsBalanced);
        Assert.All(converter.Account.Leftovers, entry => Assert.EndsWith("rotary_emb.inv_freq", entry.Name, StringComparison.Ordinal));
        Assert.NotEmpty(converter.Account.Leftovers);
    }
}
