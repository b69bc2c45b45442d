using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using OmgLlava.Tests.Training.Stages;

namespace OmgLlava.Tests.Cli;

/// <summary>Training as users run it: a process that can be killed, and a folder of one's own data.</summary>
public class TrainCommandTests
{
    private const int Steps = 30;

    [Fact]
    public async Task Killed_at_any_moment_and_started_again_it_ends_where_an_undisturbed_run_ends()
    {
        using var quiet = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        string undisturbed = WriteRecipe(quiet);
        string disturbed = WriteRecipe(killed);
        ProgramRun whole = await ProgramRun.StartAsync(["train", undisturbed]);
        Assert.True(whole.Code == 0, whole.Errors);

        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "omg-llava-train.dll"), "train", disturbed])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using (Process process = Process.Start(start)!)
        {
            while (
                await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
                && !line.StartsWith($"step {Steps / 2}/", StringComparison.Ordinal)
            )
            {
                // until half of the steps are done
            }

            process.Kill(); // SIGKILL: nothing is saved any more
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(Model(killed)));
        ProgramRun resumed = await ProgramRun.StartAsync(["train", disturbed]);
        Assert.True(resumed.Code == 0, resumed.Errors);
        Assert.Contains("Going on at step ", resumed.Errors, StringComparison.Ordinal);
        Assert.Equal(Losses(quiet), Losses(killed));
        Assert.Equal(
            await File.ReadAllBytesAsync(Model(quiet), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Model(killed), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("{ not json", "conversations.json")]
    [InlineData(
        "[{\"id\": \"a\", \"image\": \"gone.png\", \"conversations\": [{\"from\": \"human\", \"value\": \"<image>\\nWhat?\"}, "
            + "{\"from\": \"gpt\", \"value\": \"That.\"}]}]",
        "gone.png"
    )]
    public async Task Broken_data_is_named_and_training_does_not_start(string conversations, string named)
    {
        using var folder = new TemporaryFolder();
        string recipe = WriteRecipe(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder["data"], "conversations.json"),
            conversations,
            TestContext.Current.CancellationToken
        );
        ProgramRun run = await ProgramRun.StartAsync(["train", recipe]);
        Assert.Equal(1, run.Code);
        Assert.Contains(named, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Trim().Split('\n'));
        Assert.False(File.Exists(Path.Combine(folder["out"], "checkpoint.safetensors")));
    }

    [Theory]
    [InlineData(new[] { "--steps", "0" }, 2, "--steps takes a whole number from 1 on, not '0'")]
    [InlineData(new[] { "--max-minutes", "-1" }, 2, "--max-minutes takes a number in")]
    [InlineData(new[] { "--device", "cuda" }, 1, "cuda")]
    [InlineData(new[] { "--fast" }, 2, "--fast")]
    public async Task Wrong_options_are_refused(string[] options, int code, string message)
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = await ProgramRun.StartAsync(["train", WriteRecipe(folder), .. options]);
        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_and_overfitting_keep_nothing()
    {
        using var folder = new TemporaryFolder();
        string recipe = WriteRecipe(folder);
        ProgramRun check = await ProgramRun.StartAsync(["train", recipe, "--check"]);
        Assert.True(check.Code == 0 && check.Output.Contains("fit together", StringComparison.Ordinal), check.Errors);
        ProgramRun overfit = await ProgramRun.StartAsync(["train", recipe, "--overfit-one-batch", "--steps", "60"]);
        Assert.True(
            overfit.Code == 0 && overfit.Output.Contains("can learn it", StringComparison.Ordinal),
            overfit.Output + overfit.Errors
        );
        Assert.False(File.Exists(Model(folder)));
    }

    /// <summary>A recipe on a folder of one's own data: a small language model.</summary>
    internal static string WriteRecipe(TemporaryFolder folder, int passes = 1, int steps = Steps)
    {
        TinyRecipes.Shape.Save(folder["shape.json"]);
        Directory.CreateDirectory(Path.Combine(folder["data"], "images"));
        var conversations = Enumerable
            .Range(0, 12)
            .Select(i => new
            {
                id = $"talk {i}",
                conversations = new[]
                {
                    new { from = "human", value = $"What is {i} and one?" },
                    new { from = "gpt", value = $"It is {i + 1}, of course." },
                },
            });
        File.WriteAllText(Path.Combine(folder["data"], "conversations.json"), JsonSerializer.Serialize(conversations));
        return folder.Write(
            "recipe.json",
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    stage = "language",
                    shape = "shape.json",
                    output = "out",
                    data = new { folder = "data", max_tokens = 64 },
                    steps,
                    batch = 4,
                    accumulate = passes,
                    learning_rate = 3e-3,
                    checkpoint_every = 4,
                    log_every = 1,
                    sample_every = 0,
                    language = new { tokenizer_samples = 12 },
                }
            )
        );
    }

    internal static string Model(TemporaryFolder folder) => Path.Combine(folder["out"], "model", "model.safetensors");

    internal static double[] Losses(TemporaryFolder folder) =>
        [
            .. File.ReadLines(Path.Combine(folder["out"], "log.jsonl"))
                .Select(line => JsonNode.Parse(line)!)
                .Where(line => line["loss"] is not null)
                .Select(line => (double)line["loss"]!),
        ];

    [Fact]
    public async Task The_command_line_without_libtorch_says_where_training_is()
    {
        ProgramRun run = await ProgramRun.StartAsync(["--verbose", "train", "recipe.json", "--check"]); // the first word chooses the program
        Assert.Equal(2, run.Code);
        Assert.Contains("omg-llava-train", run.Errors, StringComparison.Ordinal);
    }
}
