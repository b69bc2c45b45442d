using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using OmgLlava.Cli;

namespace OmgLlava.Tests.Cli;

/// <summary>What the program says of itself: examples, near words, completion.</summary>
public partial class HelpTests
{
    private static readonly string Scene = Path.Combine(Repository.Root, "samples", "scenes", "images", "000006.png");
    private static readonly string Nano = Path.Combine(Repository.Root, "models", "nano-drawn");

    [Fact]
    public void Every_command_has_three_examples_that_are_command_lines()
    {
        RootCommand root = CommandLine.Create();
        foreach (Command command in root.Subcommands.Prepend(root))
        {
            IReadOnlyList<string> examples = Examples.Of(command);
            Assert.True(examples.Count >= 3, $"'{command.Name}' has {examples.Count} examples.");
            foreach (string example in examples)
            {
                string line = Shell().Replace(Before().Replace(example, ""), "");
                ParseResult parsed = root.Parse(line);
                Assert.True(
                    parsed.Errors.Count == 0,
                    $"{example}: {string.Join(' ', parsed.Errors.Select(error => error.Message))}"
                );
                Assert.True(command is RootCommand || parsed.CommandResult.Command == command, example);
            }
        }
    }

    [Fact]
    public async Task Help_ends_with_the_examples()
    {
        ProgramRun run = await ProgramRun.StartAsync(["segment", "--help"]);
        Assert.Equal(0, run.Code);
        Assert.Contains(
            "Examples:\n  omg-llava segment photo.png",
            run.Output.ReplaceLineEndings("\n"),
            StringComparison.Ordinal
        );
        Assert.Contains("IMAGE... EXPRESSION", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segmnt a.png cat", "Did you mean 'segment'?")]
    [InlineData("panoptic a.png --treshold 0.5", "Did you mean '--threshold'?")]
    [InlineData("ask a.png hello --modle x", "Did you mean '--model'?")]
    [InlineData("ask a.png hello --sorcery", "See 'omg-llava ask --help'.")]
    [InlineData("ask a.png hello --temperature -1", "See 'omg-llava ask --help'.")]
    public async Task A_word_that_is_nearly_known_is_offered(string line, string offer)
    {
        ProgramRun run = await ProgramRun.StartAsync(line.Split(' '));
        Assert.Equal(2, run.Code);
        Assert.Contains(offer, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task There_is_a_script_for_each_shell(string shell)
    {
        ProgramRun run = await ProgramRun.StartAsync(["completion", shell]);
        Assert.Equal(0, run.Code);
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await ProgramRun.StartAsync(["completion", "tcsh"])).Code);
    }

    [Fact]
    public async Task Commands_and_options_are_suggested()
    {
        Assert.Contains(
            "segment",
            (await ProgramRun.StartAsync(["[suggest:13]", "omg-llava seg"])).Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--threshold",
            (await ProgramRun.StartAsync(["[suggest:24]", "omg-llava panoptic --thr"])).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Several_pictures_are_a_line_each_and_a_broken_one_stops_none()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        File.Copy(Scene, folder["in/a.png"]);
        File.Copy(Scene, folder["in/c.png"]);
        await File.WriteAllTextAsync(folder["in/b.png"], "no picture");
        ProgramRun run = await ProgramRun.StartAsync([
            "segment",
            folder["in"],
            "the strawberry",
            "--model",
            Nano,
            "--json",
            folder["all.jsonl"],
            "--out",
            folder["masks"],
        ]);
        Assert.Equal(1, run.Code);
        Assert.Contains("b.png: ", run.Errors, StringComparison.Ordinal);
        JsonElement[] lines = [.. File.ReadLines(folder["all.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["a.png", "b.png", "c.png"], lines.Select(line => Path.GetFileName(line.GetProperty("file").GetString())));
        Assert.Equal(
            [1, 0, 1],
            lines.Select(line => line.TryGetProperty("grounding", out JsonElement masks) ? masks.GetArrayLength() : 0)
        );
        Assert.Contains("not a PNG", lines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(["a.png", "c.png"], Directory.EnumerateFiles(folder["masks"]).Select(Path.GetFileName).Order());
        Assert.Contains("a.png\tThe strawberry.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_tabs_in_a_pipe_times_add_up_and_quiet_is_quiet()
    {
        ProgramRun run = await ProgramRun.StartAsync(["panoptic", Scene, "--model", Nano, "-q"]);
        Assert.StartsWith("class\tkind\tscore\tpixels\tbox", run.Output, StringComparison.Ordinal);
        Assert.Contains("strawberry\tthing\t", run.Output, StringComparison.Ordinal);
        run = await ProgramRun.StartAsync(["segment", Scene, "the strawberry", "--model", Nano, "-q", "--json"]);
        Assert.Equal("", run.Errors);
        JsonElement timings = JsonDocument.Parse(run.Output).RootElement.GetProperty("timings");
        double[] times =
        [
            .. ((string[])["perception_seconds", "first_token_seconds", "total_seconds"]).Select(name =>
                timings.GetProperty(name).GetDouble()
            ),
        ];
        Assert.Equal(times.Order(), times);
    }

    [Theory]
    [InlineData("What colour is the strawberry?", "Red.")]
    [InlineData("show me the strawbery", "The strawberry.")]
    [InlineData("Wo ist die Erdbeere?", "I read English and Korean only; please ask in English. Bitte auf Englisch fragen.")]
    public async Task A_question_is_asked_in_the_words_of_the_training(string question, string answer)
    {
        ProgramRun run = await ProgramRun.StartAsync(["ask", Scene, question, "--model", Nano]);
        Assert.Equal(answer, run.Output.Trim());
        run = await ProgramRun.StartAsync(["chat", Scene, "--no-history", "--model", Nano], $"{question}\n");
        Assert.Equal(answer, run.Output.Trim());
    }

    [GeneratedRegex(@" (?:&&|<|>) .*")]
    private static partial Regex Shell();

    [GeneratedRegex(@"\A(?:[A-Z_]+=\S+ )?(?:source <\()?omg-llava ?|\)\z")]
    private static partial Regex Before();
}
