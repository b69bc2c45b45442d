using OmgLlava.Conversion;
using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Conversion;

/// <summary>The golden model through every form in which its parts are published or saved: the same bytes each time.</summary>
public sealed class ConversionRouteTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private byte[] Plain => File.ReadAllBytes(Path.Combine(tiny.Directory, "model.safetensors"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("open_clip_model.safetensors")]
    [InlineData("clip.safetensors")]
    public void A_head_and_OpenClips_backbone(string name)
    {
        string head = PublishedForms.Rename(
            PublishedForms.OmgSeg,
            _folder["head.safetensors"],
            key => key.StartsWith("panoptic_head.", StringComparison.Ordinal) ? key : null
        );
        string clip = PublishedForms.Rename(PublishedForms.OmgSeg, _folder[name], PublishedForms.ToOpenClip);
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(head, others: clip)));
    }

    [Fact]
    public void A_backbone_of_OMG_Seg_wins_over_OpenClips()
    {
        string clip = PublishedForms.Sample("open_clip_pytorch_model.bin"); // rounded to 16 bits
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(others: clip)));
    }

    [Fact]
    public void Files_in_any_order_and_all_in_one_folder()
    {
        string[] paths = [.. TinyModel.Files.Paths, PublishedForms.Sample("pretrain.pth")];
        var random = new Random(3);
        for (int round = 0; round < 4; round++)
        {
            random.Shuffle(paths);
            Assert.Equal(Plain, PublishedForms.Convert(TinyModel.Files with { Paths = [.. paths] }));
        }

        foreach (string path in paths.Where(File.Exists))
        {
            File.Copy(path, _folder[Path.GetFileName(path)]);
        }

        Directory.CreateDirectory(_folder["internlm2-chat-7b"]);
        foreach (string path in Directory.EnumerateFiles(PublishedForms.Language))
        {
            File.Copy(path, Path.Combine(_folder["internlm2-chat-7b"], Path.GetFileName(path)));
        }

        Assert.Equal(Plain, PublishedForms.Convert(TinyModel.Files with { Paths = [_folder.Path] }));
        File.Delete(Path.Combine(_folder["internlm2-chat-7b"], "pytorch_model.bin.index.json"));
        Assert.Equal(Plain, PublishedForms.Convert(TinyModel.Files with { Paths = [_folder.Path] }));
    }

    [Fact]
    public void A_peft_folder_beside_projectors()
    {
        string adapter = PublishedForms.WriteAdapter(_folder["adapter"]);
        string rest = PublishedForms.Rename(
            PublishedForms.Tuned,
            _folder["rest.safetensors"],
            name => PublishedForms.ToPeft(name) is null ? name : null
        );
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [adapter, rest])));
        Assert.Equal(
            Plain,
            PublishedForms.Convert(PublishedForms.Files(tuned: [rest, Path.Combine(adapter, "adapter_config.json")]))
        );
        PublishedForms.Convert(
            PublishedForms.Files(tuned: [PublishedForms.Sample("llm_adapter"), PublishedForms.Sample("pretrain.pth")])
        );
    }

    [Fact]
    public void XTuners_export_replaces_the_pretraining_that_it_began_with()
    {
        string export = PublishedForms.WriteExport(_folder["export"]);
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [export])));
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [export, PublishedForms.Sample("pretrain.pth")])));
    }

    [Fact]
    public void A_checkpoint_of_mmengines_runner()
    {
        string runner = PublishedForms.Wrap(PublishedForms.OmgSeg, _folder["epoch_12.pth"], "state_dict");
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(runner)));
    }

    [Fact]
    public void A_DeepSpeed_folder()
    {
        PublishedForms.Wrap(PublishedForms.Tuned, _folder["run/global_step7/mp_rank_00_model_states.pt"], "module");
        File.WriteAllText(_folder["run/global_step7/zero_pp_rank_0_mp_rank_00_optim_states.pt"], "not read");
        File.WriteAllText(_folder["run/latest"], "global_step7\n");
        Directory.CreateDirectory(_folder["run/global_step3"]);
        File.WriteAllText(_folder["run/global_step3/mp_rank_00_model_states.pt"], "not read");
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [_folder["run"]])));
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [_folder["run/global_step7"]])));
        File.Move(
            _folder["run/global_step7/mp_rank_00_model_states.pt"],
            _folder["run/global_step7/zero_pp_rank_0_mp_rank_00_model_states.pt"]
        );
        Assert.Contains(
            "zero_to_fp32.py",
            PublishedForms.Refusal(PublishedForms.Files(tuned: [_folder["run"]])),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_merged_folder_and_projectors()
    {
        string merged = PublishedForms.WriteMerged(_folder["merged"]);
        string rest = PublishedForms.Rename(
            PublishedForms.Tuned,
            _folder["rest.safetensors"],
            name => PublishedForms.ToPeft(name) is null ? name : null
        );
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(language: merged, tuned: [rest])));
        Assert.Contains(
            "adapters are merged into it, too",
            PublishedForms.Refusal(PublishedForms.Files(language: merged)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_lower_precision_of_the_same_numbers_gives_way()
    {
        string half = PublishedForms.Sample("finetune_fp16.pth");
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [PublishedForms.Tuned, half])));
        Assert.Equal(Plain, PublishedForms.Convert(PublishedForms.Files(tuned: [half, PublishedForms.Tuned])));
    }

    [Fact]
    public void Two_fine_tunings_of_one_stage_are_refused_unless_a_task_is_named()
    {
        using (var scope = NewDisposeScope())
        using (ITensorSource source = TensorSources.Open(PublishedForms.Tuned))
        {
            foreach (string task in (string[])["refseg", "gcg"])
            {
                Directory.CreateDirectory(_folder["all"]);
                TorchTensors.Write(
                    _folder[$"all/finetuned_{task}.safetensors"],
                    source.Tensors.Keys.ToDictionary(name => name, name => source.Read(name).add(task == "gcg" ? 1 : 0))
                );
            }
        }

        string message = PublishedForms.Refusal(PublishedForms.Files(tuned: [_folder["all"]]));
        Assert.Contains("hold different numbers for the same tensor", message, StringComparison.Ordinal);
        Assert.Contains("finetuned_gcg.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("finetuned_refseg.safetensors", message, StringComparison.Ordinal);
        Assert.Equal(
            Plain,
            PublishedForms.Convert(PublishedForms.Files(tuned: [_folder["all"]]), new ConversionOptions { Task = "refseg" })
        );
        Assert.NotEqual(
            Plain,
            PublishedForms.Convert(PublishedForms.Files(tuned: [_folder["all"]]), new ConversionOptions { Task = "gcg" })
        );
    }
}
