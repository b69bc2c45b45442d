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
        (int code, string output, _) = await Run(
            "ask",
            Image,
            TinyModel.MaskQuestion,
            "--model",
            tiny.Directory,
            "--out",
            folder["o.png"],
            "--json",
            folder["a.json"],
            "--max-new-tokens",
            "16"
        );
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(await File.ReadAllTextAsync(folder["a.json"])).RootElement;
        Assert.Equal(
            json.GetProperty("text").GetString()!.ReplaceLineEndings("\n"),
            output.TrimEnd('\n').ReplaceLineEndings("\n")
        );
        Assert.Equal(2, json.GetProperty("grounding").GetArrayLength());
        Assert.NotEqual(TinyModel.Picture.Pixels.ToArray(), OmgLlava.Imaging.ImageFile.Load(folder["o.png"]).Pixels.ToArray());
        Assert.Equal(2, Directory.EnumerateFiles(folder.Path).Count());
    }

    [Fact]
    public async Task Json_on_standard_output_stands_alone()
    {
        (int code, string output, _) = await Run(
            "segment",
            Image,
            "the cat",
            "--model",
            tiny.Directory,
            "--json",
            "-",
            "--max-new-tokens",
            "8"
        );
        Assert.Equal(0, code);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("grounding").GetArrayLength() > 0);
    }

    [Fact]
    public async Task Chat_takes_questions_and_slash_commands_and_saves_the_history()
    {
        using var folder = new TemporaryFolder();
        string[] lines =
        [
            "/point 10,20",
            "What is it?",
            "/point 999,0",
            "/nonsense",
            "And the rest?",
            $"/overlay {folder["o.png"]}",
            "/quit",
        ];
        (int code, _, string errors) = await ProgramRun.StartAsync(
            ["chat", Image, "--model", tiny.Directory, "--history", folder["h.json"], "--max-new-tokens", "8"],
            string.Join('\n', lines)
        );
        Assert.Equal(0, code);
        Assert.Contains("outside the image", errors, StringComparison.Ordinal);
        Assert.Contains("'/nonsense' is not known", errors, StringComparison.Ordinal);
        JsonElement history = JsonDocument.Parse(await File.ReadAllTextAsync(folder["h.json"])).RootElement;
        Assert.Equal(
            ["What is it?", "And the rest?"],
            history.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("question").GetString())
        );
        Assert.True(File.Exists(folder["o.png"]));
    }

    [Fact]
    public async Task Chat_goes_on_after_what_cannot_be_written_and_is_resumed()
    {
        using var folder = new TemporaryFolder();
        string[] lines =
        [
            "/box 10,20,60,80",
            "What is <region>?",
            "/overlay /no/where/o.png",
            "/save /no/where/a.json",
            "And the rest?",
            "/quit",
        ];
        string[] chat = ["chat", Image, "--model", tiny.Directory, "--max-new-tokens", "8"];
        (int code, _, string errors) = await ProgramRun.StartAsync(
            [.. chat, "--history", folder["h.json"]],
            string.Join('\n', lines)
        );
        Assert.True(code == 0, errors);
        Assert.Equal(2, Turns(folder["h.json"]));
        Assert.Equal(
            OmgLlava.Files.OutputFile.Private,
            OperatingSystem.IsWindows() ? OmgLlava.Files.OutputFile.Private : File.GetUnixFileMode(folder["h.json"])
        );
        (code, string output, errors) = await ProgramRun.StartAsync(
            ["chat", "--resume", folder["h.json"], "--model", tiny.Directory, "--max-new-tokens", "8"],
            "A third?\n"
        );
        Assert.True(code == 0, errors);
        Assert.Contains("> What is <region>?", output, StringComparison.Ordinal);
        Assert.Equal(3, Turns(folder["h.json"]));
        (code, _, errors) = await ProgramRun.StartAsync([.. chat, "--history", folder["h.json"]], "");
        Assert.True(code == 2 && errors.Contains("--resume", StringComparison.Ordinal), errors);
        (code, _, errors) = await ProgramRun.StartAsync([.. chat, "--history", "/no/where/h.json"], "What?\n");
        Assert.Equal(0, code);
        Assert.Contains("will not be saved", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("conversation is in", errors, StringComparison.Ordinal);

        int Turns(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("turns").GetArrayLength();
    }

    [Fact]
    public async Task Pictures_come_and_go_in_the_format_of_their_name_and_what_is_missing_has_a_code_of_its_own()
    {
        using var folder = new TemporaryFolder();
        string scene = Path.Combine(Repository.Root, "samples", "scenes", "images", "000006.png");
        string[] panoptic = ["panoptic", scene, "--model", Path.Combine(Repository.Root, "models", "nano-drawn"), "--threshold"];
        Assert.Equal(0, (await Run([.. panoptic, "0.5", "--out", folder["o.jpg"], "--fail-if-missing"])).Code);
        Assert.Equal([0xff, 0xd8], (await File.ReadAllBytesAsync(folder["o.jpg"]))[..2]);
        Assert.Equal(3, (await Run([.. panoptic, "1", "--fail-if-missing"])).Code);
        Assert.Equal(0, (await Run([.. panoptic, "1"])).Code);
    }

    [Fact]
    public async Task Convert_new_inspect_panoptic_and_doctor_do_what_they_say()
    {
        using var folder = new TemporaryFolder();
        string published = Repository.Published;
        (int code, string output, string errors) = await Run(
            "convert",
            "--omg-seg",
            $"{published}/omg_seg.pth",
            "--classes",
            $"{published}/ov_class_embed.pth",
            "--internlm2",
            $"{published}/internlm2",
            "--omg-llava",
            $"{published}/omg_llava_finetune.pth",
            "--config",
            $"{published}/config.json",
            "--out",
            folder["converted"]
        );
        Assert.True(code == 0, errors);
        Assert.Contains("Every published tensor has its place", output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run("new", "--preset", "tiny", "--out", folder["new"])).Code);
        (code, output, _) = await Run("inspect", folder["new"], "--filter", "separator", "--json");
        Assert.Equal(0, code);
        JsonElement found = JsonDocument.Parse(output).RootElement;
        Assert.Equal(found.GetProperty("count").GetInt32(), found.GetProperty("tensors").GetArrayLength());
        Assert.Contains(
            "separator",
            found.GetProperty("tensors")[0].GetProperty("name").GetString()!,
            StringComparison.Ordinal
        );
        Assert.Equal(12, found.GetProperty("model").GetProperty("weights").GetString()!.Length);
        (code, output, _) = await Run("inspect", folder["new"]);
        Assert.Equal(0, code);
        Assert.Contains("perception.decoder.final_norm.weight\tFloat32\t(64)", output, StringComparison.Ordinal);
        Assert.Contains("every tensor that config.json asks for is there", output, StringComparison.Ordinal);
        Assert.Equal(
            0,
            (
                await Run(
                    "panoptic",
                    Image,
                    "--model",
                    folder["converted"],
                    "--threshold",
                    "0",
                    "--out",
                    folder["p.png"],
                    "--json",
                    folder["p.json"]
                )
            ).Code
        );
        (code, output, _) = await Run("doctor", "--model", folder["new"]);
        Assert.Equal(0, code);
        Assert.Contains("libtorch", output, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, string> Mistakes =>
        new()
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
            {
                "ask {image} hello --model {model} --temperature -2",
                2,
                "--temperature takes a number in 0..100, written with a point such as 0.5, not '-2'."
            },
            {
                "ask {image} hello --model {model} --max-new-tokens many",
                2,
                "--max-new-tokens takes a whole number from 1 on, not 'many'."
            },
            { "ask {image} hello --model {model} --temperature 0,7", 2, "--temperature takes a number in 0..100" },
            {
                "ask {image} hello --model {model} --top-p 0,9",
                2,
                "--top-p takes a number in 0..1, written with a point such as 0.5, not '0,9'."
            },
            { "ask {image} hello --model {model} --seed 1,000", 2, "--seed takes a whole number, not '1,000'." },
            { "ask {image} hello --model {model} --threads 1.5", 2, "--threads takes a whole number in 0..1024, not '1.5'." },
            { "ask {image} hello --model {model} --out {image}", 2, "is the input" },
            { "ask {image} hello --model {model} --out answer.tiff", 2, "name it .png, .jpg or .webp" },
            { "ask {image} hello --model {model} --json /tmp", 2, "'/tmp' is a folder" },
            { "ask {image} hello --model {model} --out - --json -", 2, "cannot both be standard output" },
            { "chat - --model {model}", 2, "standard input is for the questions" },
            { "panoptic {image} --model {model} --threshold 0,5", 2, "--threshold takes a number in 0..1" },
            { "ask {image} hello --model {model} --device tpu", 1, "Unknown device 'tpu'; use 'cpu', 'cuda' or 'cuda:N'." },
            {
                "ask {image} hello --model {model} --dtype int3",
                2,
                "--dtype must be one of float32, bfloat16, float16, not 'int3'."
            },
            {
                "ask {image} hello --model {model} --out /no/where/o.png",
                2,
                "The folder '/no/where' for '/no/where/o.png' does not exist."
            },
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
        string[] arguments =
        [
            .. command
                .Split(' ')
                .Select(word =>
                    word.Replace("{image}", Image, StringComparison.Ordinal)
                        .Replace("{model}", tiny.Directory, StringComparison.Ordinal)
                        .Replace("{text}", text, StringComparison.Ordinal)
                ),
        ];
        (int code, _, string errors) = await Run(arguments);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.Equal(expected, code);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_the_environment_names_wrongly_is_said_to_come_from_there()
    {
        ProgramRun run = await ProgramRun.StartAsync(["ask", Image, "hello"], variables: [("OMG_MODEL", "nowhere")]);
        Assert.Equal((1, "OMG_MODEL names the model directory 'nowhere', which does not exist."), (run.Code, run.Errors.Trim()));
    }

    [Fact]
    public async Task Verbose_shows_the_whole_error() =>
        Assert.Contains("   at OmgLlava.", (await Run("inspect", "nothing.pth", "--verbose")).Errors, StringComparison.Ordinal);

    [Fact]
    public async Task Help_is_there_for_every_command()
    {
        foreach (
            string command in (string[])
                [
                    "ask",
                    "chat",
                    "caption",
                    "describe",
                    "segment",
                    "ground",
                    "panoptic",
                    "convert",
                    "inspect",
                    "new",
                    "doctor",
                    "eval",
                    "world",
                    "art",
                ]
        )
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
        OmgLlava.Conversion.NewModel.Write(ModelPreset.Find("tiny"), folder["tiny"], seed: 1); // talks for four thousand tokens
        ProgramRun run = await ProgramRun.StartAsync(
            ["ask", Image, "hello", "--model", folder["tiny"], "--max-new-tokens", "100000", "--json", folder["a.json"]],
            interrupt: true
        );
        Assert.Equal(130, run.Code);
        Assert.Contains("Cancelled.", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    private static Task<ProgramRun> Run(params string[] arguments) => ProgramRun.StartAsync(arguments);
}
