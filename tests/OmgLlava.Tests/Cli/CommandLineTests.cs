using System.Text.Json;

namespace OmgLlava.Tests.Cli;

/// <summary>Commands, their outputs and their mistakes.</summary>
public class CommandLineTests(TinyModel tiny)
{
    private static readonly string Image = TinyModel.PicturePath;

    [Fact]
    public async Task Ask_prints_the_answer_and_writes_overlay_and_json()
    {
        using var folder = new TemporaryFolder();
        (int code, string output, _) = await Run("ask", Image, TinyModel.MaskQuestion, "--model", tiny.Directory, "--out", folder["o.png"], "--json", folder["a.json"], "--max-new-tokens", "16");
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(await File.ReadAllTextAsync(folder["a.json"])).RootElement;
        Assert.Equal(json.GetProperty("text").GetString()!.ReplaceLineEndings("\n"), output.TrimEnd('\n').ReplaceLineEndings("\n"));
        Assert.Equal(2, json.GetProperty("grounding").GetArrayLength());
        Assert.NotEqual(TinyModel.Picture.Pixels.ToArray(), OmgLlava.Imaging.ImageFile.Load(folder["o.png"]).Pixels.ToArray());
        Assert.Equal(2, Directory.EnumerateFiles(folder.Path).Count());
    }

    [Fact]
    public async Task Json_on_standard_output_stands_alone()
    {
        (int code, string output, _) = await Run("segment", Image, "the cat", "--model", tiny.Directory, "--json", "-", "--max-new-tokens", "8");
        Assert.Equal(0, code);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("grounding").GetArrayLength() > 0);
    }

    [Fact]
    public async Task Chat_takes_questions_and_slash_commands_and_saves_the_history()
    {
        using var folder = new TemporaryFolder();
        string[] lines = ["/point 10,20", "What is it?", "/point 999,0", "/nonsense", "And the rest?", $"/overlay {folder["o.png"]}", "/quit"];
        (int code, _, string errors) = await ProgramRun.StartAsync(["chat", Image, "--model", tiny.Directory, "--history", folder["h.json"], "--max-new-tokens", "8"], string.Join('\n', lines));
        Assert.Equal(0, code);
        Assert.Contains("outside the image", errors, StringComparison.Ordinal);
        Assert.Contains("'/nonsense' is not known", errors, StringComparison.Ordinal);
        JsonElement history = JsonDocument.Parse(await File.ReadAllTextAsync(folder["h.json"])).RootElement;
        Assert.Equal(["What is it?", "And the rest?"], history.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("question").GetString()));
        Assert.True(File.Exists(folder["o.png"]));
    }

    [Fact]
    public async Task Convert_new_inspect_panoptic_and_doctor_do_what_they_say()
    {
        using var folder = new TemporaryFolder();
        string published = Repository.Published;
        (int code, string output, string errors) = await Run(
            "convert", "--omg-seg", $"{published}/omg_seg.pth", "--classes", $"{published}/ov_class_embed.pth", "--internlm2", $"{published}/internlm2",
            "--omg-llava", $"{published}/omg_llava_finetune.pth", "--config", $"{published}/config.json", "--out", folder["converted"]);
        Assert.True(code == 0, errors);
        Assert.Contains("Every published tensor has its place", output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("new", "--preset", "tiny", "--out", folder["new"])).Code);
        (code, output, _) = await Run("inspect", folder["new"]);
        Assert.Equal(0, code);
        Assert.Contains("perception.decoder.final_norm.weight\tFloat32\t(64)", output, StringComparison.Ordinal);
        Assert.Contains("every tensor that config.json asks for is there", output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("panoptic", Image, "--model", folder["converted"], "--threshold", "0", "--out", folder["p.png"], "--json", folder["p.json"])).Code);
        (code, output, _) = await Run("doctor", "--model", folder["new"]);
        Assert.Equal(0, code);
        Assert.Contains("libtorch", output, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, string> Mistakes => new()
    {
        { "ask none.png hello --model {model}", 1, "The image 'none.png' does not exist." },
        { "ask {image} hello --model nowhere", 1, "The model directory 'nowhere' does not exist." },
        { "ask {image}", 2, "Required argument missing for command: 'ask'." },
        { "ask {image} hello --model {model} --sorcery", 2, "Unrecognized command or argument '--sorcery'." },
        { "ask {image} hello --model {model} --point 1", 2, "'1' is not what --point takes: x,y in pixels of the image." },
        { "ask {image} hello --model {model} --box 1,2,3,x", 2, "'1,2,3,x' is not what --box takes" },
        { "ask {image} hello --model {model} --box 5,5,5,9", 1, "is empty" },
        { "ask {image} hello --model {model} --point 150,3", 1, "lies outside the image of 150 x 100 pixels" },
        { "ask {image} hello --model {model} --mask {text}", 1, "is not a PNG, JPEG, WebP, BMP or GIF image" },
        { "ask {image} hello --model {model} --temperature -2", 2, "the temperature must be in 0..100" },
        { "ask {image} hello --model {model} --max-new-tokens many", 2, "Cannot parse argument 'many'" },
        { "ask {image} hello --model {model} --device tpu", 1, "Unknown device 'tpu'; use 'cpu', 'cuda' or 'cuda:N'." },
        { "ask {image} hello --model {model} --dtype int3", 2, "--dtype must be one of float32, bfloat16, float16, not 'int3'." },
        { "ask {image} hello --model {model} --out /no/where/o.png", 2, "The folder '/no/where' for '/no/where/o.png' does not exist." },
        { "ask {text} hello --model {model}", 1, "is not a PNG, JPEG, WebP, BMP or GIF image" },
        { "describe {image} --model {model}", 2, "give exactly one --point, --box or --mask" },
        { "new --preset giant --out x", 1, "There is no preset 'giant'; there are 'tiny', 'omg-llava-7b'." },
        { "inspect {text}", 1, "not the file that was meant" },
        { "inspect nothing.pth", 1, "The file 'nothing.pth' does not exist." },
        { "fly", 2, "Unrecognized command or argument 'fly'." },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task Mistakes_get_one_clear_sentence_and_their_exit_code(string command, int expected, string reason)
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.png", "some text"u8.ToArray());
        string[] arguments = [.. command.Split(' ').Select(word => word
            .Replace("{image}", Image, StringComparison.Ordinal).Replace("{model}", tiny.Directory, StringComparison.Ordinal).Replace("{text}", text, StringComparison.Ordinal))];
        (int code, _, string errors) = await Run(arguments);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.Equal(expected, code);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_shows_the_whole_error() =>
        Assert.Contains("   at OmgLlava.", (await Run("inspect", "nothing.pth", "--verbose")).Errors, StringComparison.Ordinal);

    [Fact]
    public async Task Help_is_there_for_every_command()
    {
        foreach (string command in (string[])["ask", "chat", "caption", "describe", "segment", "ground", "panoptic", "convert", "inspect", "new", "doctor", "eval", "train", "world", "art"])
        {
            (int code, string output, _) = await Run(command, "--help");
            Assert.Equal(0, code);
            Assert.Contains($"omg-llava {command}", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Interrupting_ends_the_program_and_leaves_nothing_half_written()
    {
        using var folder = new TemporaryFolder();
        OmgLlava.Weights.NewModel.Write(ModelPreset.Find("tiny"), folder["tiny"], seed: 1); // talks for four thousand tokens
        ProgramRun run = await ProgramRun.StartAsync(
            ["ask", Image, "hello", "--model", folder["tiny"], "--max-new-tokens", "100000", "--json", folder["a.json"]], interrupt: true);
        Assert.Equal(130, run.Code);
        Assert.Contains("Cancelled.", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    private static Task<ProgramRun> Run(params string[] arguments) => ProgramRun.StartAsync(arguments);
}
