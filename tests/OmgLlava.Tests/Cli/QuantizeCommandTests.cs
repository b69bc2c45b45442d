using OmgLlava.Language.Cpu;

namespace OmgLlava.Tests.Cli;

public sealed class QuantizeCommandTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_quantized_directory_answers()
    {
        string output = _folder["int8"];
        ProgramRun run = await ProgramRun.StartAsync([
            "quantize",
            tiny.Directory,
            "--out",
            output,
            "--format",
            "int8",
            "--tensor",
            "layers.0.=float32",
        ]);
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("int8 with exceptions, head int8, embedding int8", run.Output, StringComparison.Ordinal);
        ProgramRun inspected = await ProgramRun.StartAsync(["inspect", output]);
        Assert.Contains("every tensor that config.json asks for is there", inspected.Output, StringComparison.Ordinal);
        ProgramRun asked = await ProgramRun.StartAsync([
            "ask",
            TinyModel.PicturePath,
            "What is it?",
            "--model",
            output,
            "--max-new-tokens",
            "4",
        ]);
        Assert.True(asked.Code == 0, asked.Errors);
    }

    [Fact]
    public async Task An_exception_that_fits_nothing_is_refused()
    {
        ProgramRun run = await ProgramRun.StartAsync([
            "quantize",
            tiny.Directory,
            "--out",
            _folder["q"],
            "--tensor",
            "nosuch=int8",
        ]);
        Assert.Equal(1, run.Code);
        Assert.Contains("begins with 'nosuch'; there are names such as", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["q"]));
    }

    [Fact]
    public void Exceptions_stand_beside_the_usual_ones()
    {
        OmgLlava.Language.LanguageConfig narrow = tiny.Model.Config.Language;
        var given = new QuantizationConfig
        {
            Tensors = new Dictionary<string, WeightFormat>
            {
                ["head."] = WeightFormat.Float32,
                ["layers.0."] = WeightFormat.Int4,
            },
        };
        QuantizationConfig whole = given.For(narrow);
        Assert.Equal(WeightFormat.Float32, whole.FormatOf("head.weight"));
        Assert.Equal(WeightFormat.Int4, whole.FormatOf("layers.0.attention.output.weight"));
        Assert.Equal(WeightFormat.Int8, whole.FormatOf("layers.1.attention.output.weight"));
    }

    [Theory]
    [InlineData(2, "--tensor takes PREFIX=FORMAT", "--tensor", "layers.0.=int5")]
    [InlineData(2, "--format must be one of int4, int8", "--format", "int2")]
    [InlineData(2, "--format packs the language model, which --rows only rounds", "--rows", "--format", "int8")]
    [InlineData(2, "--rows is for the language model", "--rows", "--parts", "perception")]
    [InlineData(2, "--format is for the language model", "--format", "int8", "--parts", "perception")]
    [InlineData(2, "--perception-format is for perception", "--perception-format", "int6")]
    [InlineData(1, "does not exist")]
    public async Task What_does_not_fit_is_one_sentence(int code, string reason, params string[] more)
    {
        ProgramRun run = await ProgramRun.StartAsync(["quantize", _folder["none"], "--out", _folder["out"], .. more]);
        Assert.Equal(code, run.Code);
        Assert.Contains(reason, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    public void Dispose() => _folder.Dispose();
}
