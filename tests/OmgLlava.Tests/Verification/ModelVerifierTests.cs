using System.Text.Json;
using OmgLlava.Conversion;
using OmgLlava.Language.Cpu;
using OmgLlava.Tests.Cli;
using OmgLlava.Torch;
using OmgLlava.Verification;
using OmgLlava.Weights;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Verification;

public sealed class ModelVerifierTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_model_passes_and_its_executors_agree()
    {
        VerificationReport report = ModelVerifier.Verify(
            tiny.Directory,
            new VerificationOptions
            {
                GoldenFolder = Repository.Published,
                Picture = TinyModel.Picture,
                Question = TinyModel.MaskQuestion,
            },
            TestContext.Current.CancellationToken
        );
        Assert.True(report.IsFine, report.ToJson());
        Assert.Equal(CheckOutcome.Passed, Check(report, "hashes").Outcome);
        Assert.Equal(CheckOutcome.Passed, Check(report, "golden case").Outcome);
        Assert.Contains("of what is allowed", Check(report, "golden case").Detail, StringComparison.Ordinal);
        ExecutorReport[] exact =
        [
            .. report.Executors.Where(executor => executor.Name.EndsWith("float32", StringComparison.Ordinal)),
        ];
        Assert.Equal(["libtorch, float32", "C# engine, float32"], exact.Select(executor => executor.Name));
        Assert.Equal(exact[0].Tokens, exact[1].Tokens);
        Assert.All(exact, executor => Assert.Null(executor.Parts));
        PlaceDifference scores = exact[1].Differences.Single(place => place.Place == "scores of the first token");
        Assert.True(scores.Share is > 0 and < 1e-3, $"{scores}"); // two computations, not one compared with itself
        Assert.Equal(4, report.Executors.Count(executor => executor.Skipped is null));
        Assert.All(
            report.Executors.Where(executor => executor.Name.EndsWith("bfloat16", StringComparison.Ordinal)),
            executor => Assert.True(executor.Differences.Max(place => place.Share) > 1e-4)
        );
    }

    [Fact]
    public void A_changed_byte_names_its_tensor()
    {
        tiny.CopyTo(_folder["model"]);
        string weights = _folder["model/model.safetensors"];
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        VerificationReport report = Quick();
        Assert.False(report.IsFine);
        using FileStream file = File.OpenRead(weights);
        string last = SafetensorsHeader.Read(file, weights).Begins.MaxBy(begin => begin.Value).Key;
        Assert.StartsWith($"{last}: ", Assert.Single(Check(report, "hashes").Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_is_found()
    {
        tiny.CopyTo(_folder["model"]);
        Rewrite((name, value) => name == "perception.class_embeddings" ? value.index_fill(0, tensor(0L), float.NaN) : value);
        VerificationCheck check = Check(Quick(), "numbers");
        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        Assert.StartsWith("perception.class_embeddings: ", Assert.Single(check.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tensor_and_a_changed_tokenizer_are_found()
    {
        tiny.CopyTo(_folder["model"]);
        Rewrite((name, value) => name == "language.norm.weight" ? null : value);
        File.AppendAllText(_folder["model/tokenizer_config.json"], " ");
        VerificationReport report = Quick(new VerificationOptions { Picture = TinyModel.Picture });
        Assert.Equal(["missing: language.norm.weight"], Check(report, "tensors").Lines);
        Assert.Equal(["'tokenizer_config.json' is not what was written"], Check(report, "tokenizer").Lines);
        Assert.Contains("none ran", Check(report, "executors").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packed_model_is_verified_by_the_engine_that_runs_it()
    {
        ModelQuantizer.Write(
            tiny.Directory,
            _folder["model"],
            QuantizationConfig.Of(WeightFormat.Int4),
            cancellation: TestContext.Current.CancellationToken
        );
        VerificationReport report = Quick(new VerificationOptions { Picture = TinyModel.Picture });
        Assert.True(report.IsFine, report.ToJson());
        Assert.Equal(CheckOutcome.Passed, Check(report, "hashes").Outcome);
        Assert.Contains("made of", Check(report, "origin").Detail, StringComparison.Ordinal);
        Assert.Equal(2, report.Executors.Count);
    }

    [Fact]
    public void The_configuration_is_compared_with_the_published_one()
    {
        OmgLlavaConfig published = ModelPreset.Find("omg-llava-7b").Config;
        VerificationCheck same = PublishedCheck.Run(
            published with
            {
                Name = "mine",
                EmbeddingRows = 92554,
                Alignment = published.Alignment with { SeparateMaskDecoder = true },
            }
        );
        Assert.True(same.Outcome == CheckOutcome.Passed, string.Join("; ", same.Lines.Prepend(same.Detail)));
        VerificationCheck other = PublishedCheck.Run(
            published with
            {
                Image = published.Image with { Size = 512 },
                EmbeddingRows = 92544,
            }
        );
        Assert.Equal(CheckOutcome.Failed, other.Outcome);
        Assert.Equal(["embedding_rows: 92544 instead of 92548", "image.size: 512 instead of 1024"], other.Lines);
        Assert.Equal(CheckOutcome.Noted, PublishedCheck.Run(ModelPreset.Find("tiny").Config).Outcome);
    }

    [Fact]
    public void Executors_that_part_are_a_fault_where_both_are_exact()
    {
        OmgLlavaConfig config = ModelPreset.Find("tiny").Config;
        ExecutorReport reference = new("libtorch, float32", null, 1, "a", [1], [], null);
        ExecutorReport parted = new(
            "C# engine, float32",
            null,
            1,
            "b",
            [2],
            [new PlaceDifference("visual tokens", 1, 0.5)],
            "visual tokens"
        );
        Assert.Equal(CheckOutcome.Failed, ExecutorsCheck.Judge([reference, parted], config).Outcome);
        Assert.Equal(
            CheckOutcome.Noted,
            ExecutorsCheck.Judge([reference, parted with { Name = "C# engine, bfloat16" }], config).Outcome
        );
        Assert.Contains(
            ExecutorsCheck.Judge([reference, parted], config).Lines,
            line => line.EndsWith("parts at 'visual tokens'", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_command_reports_and_its_exit_code_tells()
    {
        ProgramRun sound = await ProgramRun.StartAsync(["verify", tiny.Directory, "--json", "-"]);
        Assert.True(sound.Code == 0, sound.Errors + sound.Output);
        using JsonDocument report = JsonDocument.Parse(sound.Output);
        Assert.Equal("golden", report.RootElement.GetProperty("model").GetString());
        Assert.Contains(
            report.RootElement.GetProperty("checks").EnumerateArray(),
            check =>
                check.GetProperty("name").GetString() == "golden case" && check.GetProperty("outcome").GetString() == "passed"
        );
        Assert.DoesNotContain(Path.GetTempPath(), sound.Output, StringComparison.Ordinal);
        tiny.CopyTo(_folder["model"]);
        File.AppendAllText(_folder["model/tokenizer_config.json"], " ");
        ProgramRun damaged = await ProgramRun.StartAsync(["verify", _folder["model"], "--quick"]);
        Assert.Equal(1, damaged.Code);
        Assert.Contains("FAILED tokenizer", damaged.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await ProgramRun.StartAsync(["verify", _folder["none"], "--quick"])).Code);
    }

    private static VerificationCheck Check(VerificationReport report, string name) =>
        report.Checks.Single(check => check.Name == name);

    private VerificationReport Quick(VerificationOptions? options = null) =>
        ModelVerifier.Verify(_folder["model"], options, TestContext.Current.CancellationToken);

    /// <summary>Writes the weights anew; what becomes null is left out.</summary>
    private void Rewrite(Func<string, Tensor, Tensor?> change)
    {
        using var scope = NewDisposeScope();
        string path = _folder["model/model.safetensors"];
        Dictionary<string, Tensor> tensors = [];
        using (var source = SafetensorsFile.Open(path))
        {
            foreach (string name in source.Tensors.Keys)
            {
                if (change(name, source.Read(name)) is { } value)
                {
                    tensors[name] = value;
                }
            }
        }

        TorchTensors.Write(path, tensors);
    }
}
