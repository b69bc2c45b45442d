using System.Text.Json;
using OmgLlava.Conversion;
using OmgLlava.Tests.Conversion;
using OmgLlava.Torch;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Cli;

/// <summary><c>convert</c> as users run it.</summary>
public sealed class ConvertCommandTests : IDisposable
{
    private static readonly string[] Others =
    [
        "--classes",
        PublishedForms.Classes,
        "--internlm2",
        PublishedForms.Language,
        "--config",
        TinyModel.Files.Overrides!,
        "--dtype",
        "float32",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_head_a_backbone_and_the_account_on_standard_output()
    {
        ProgramRun run = await ProgramRun.StartAsync([
            "convert",
            "--omg-seg",
            PublishedForms.Sample("omg_seg_headonly.pth"),
            "--clip",
            PublishedForms.Sample("open_clip_pytorch_model.bin"),
            "--omg-llava",
            PublishedForms.Tuned,
            .. Others,
            "--json",
            "-",
            "--out",
            _folder["model"],
        ]);
        Assert.True(run.Code == 0, run.Errors);
        JsonElement account = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(6, account.GetProperty("leftovers").GetArrayLength());
        Assert.Equal(0, account.GetProperty("unknown").GetArrayLength());
        Assert.True(File.Exists(_folder["model/config.json"]));
    }

    [Fact]
    public async Task What_nobody_knows_stops_it_until_it_is_ignored()
    {
        using (var scope = NewDisposeScope())
        using (ITensorSource source = TensorSources.Open(PublishedForms.Tuned))
        {
            var tensors = source.Tensors.Keys.ToDictionary(name => name, name => source.Read(name));
            tensors["visual_encoder.mystery.weight"] = zeros(2);
            TorchTensors.Write(_folder["tuned.safetensors"], tensors);
        }

        string[] command = ["convert", PublishedForms.OmgSeg, _folder["tuned.safetensors"], .. Others, "--out", _folder["model"]];
        ProgramRun run = await ProgramRun.StartAsync(command);
        Assert.Equal(1, run.Code);
        Assert.Contains(
            $"{_folder["tuned.safetensors"]}\tvisual_encoder.mystery.weight\t(2)\tunknown",
            run.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains("--ignore PREFIX", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["model"]));
        run = await ProgramRun.StartAsync([.. command, "--ignore", "visual_encoder.mystery"]);
        Assert.True(run.Code == 0, run.Errors);
        Assert.Equal(["visual_encoder.mystery.weight"], ConversionRecord.Find(_folder["model"])!.Ignored["tuned.safetensors"]);
        Assert.Equal(2, (await ProgramRun.StartAsync(["convert", "--out", _folder["other"]])).Code);
    }
}
