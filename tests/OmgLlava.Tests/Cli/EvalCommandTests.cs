using System.Text.Json;
using OmgLlava.Tests.Data;

namespace OmgLlava.Tests.Cli;

public class EvalCommandTests(TinyModel tiny)
{
    [Fact]
    public async Task Eval_prints_a_table_and_writes_answers_summary_and_the_worst()
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = await ProgramRun.StartAsync([
            "eval",
            "refcoco",
            "--data",
            Fixture.Folder("refer"),
            "--split",
            "train",
            "--model",
            tiny.Directory,
            "--out",
            folder["e"],
            "--worst",
            "1",
            "--max-new-tokens",
            "4",
        ]);
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("cIoU", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["refcoco-train.jsonl", "run.json", "summary.json", "worst.html"],
            Directory.EnumerateFiles(folder["e"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
        );
        JsonElement task = JsonSerializer
            .Deserialize<JsonElement>(await File.ReadAllTextAsync(Path.Combine(folder["e"], "summary.json")))
            .GetProperty("tasks")[0];
        Assert.Equal(2, task.GetProperty("samples").GetInt32());
    }

    [Theory]
    [InlineData("no suite 'nonsense'", "eval", "nonsense", "--data", "x", "--model", "y")]
    [InlineData(
        "--limit takes a whole number from 1 on, not '0'",
        "eval",
        "folder",
        "--data",
        "x",
        "--model",
        "y",
        "--limit",
        "0"
    )]
    [InlineData("--data", "eval", "folder", "--model", "y")]
    public async Task Wrong_use_is_said_in_one_sentence(string what, params string[] arguments)
    {
        ProgramRun run = await ProgramRun.StartAsync(arguments);
        Assert.Equal(2, run.Code);
        Assert.Contains(what, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_split_that_the_folder_does_not_name_is_refused()
    {
        ProgramRun run = await ProgramRun.StartAsync([
            "eval",
            "folder",
            "--data",
            Path.Combine(Repository.Root, "samples", "scenes"),
            "--split",
            "zzz",
            "--model",
            "nowhere",
        ]);
        Assert.Equal(1, run.Code);
        Assert.Contains("has no split 'zzz'; there are sample.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_data_is_named_before_the_model_is_loaded()
    {
        using var folder = new TemporaryFolder();
        string data = Fixture.Damage(folder, "folder", "referring.json", "\"image_id\": 2", "\"image_id\": 5");
        ProgramRun run = await ProgramRun.StartAsync(["eval", "folder", "--data", data, "--model", "nowhere"]);
        Assert.Equal(1, run.Code);
        Assert.Contains("referring.json', record 2 (line 45)", run.Errors, StringComparison.Ordinal);
    }
}
