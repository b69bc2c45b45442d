using System.Text;
using System.Text.Json;
using OmgLlava.Evaluation.Reports;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Suites;
using OmgLlava.Tests.Data;

namespace OmgLlava.Tests.Evaluation;

/// <summary>Runs with a small model: batches, interruption, results on disk.</summary>
public class EvaluationRunTests(TinyModel tiny)
{
    private static readonly RunRecord Record = new("folder", "/data", "m", "w", "");

    [Fact]
    public async Task Answers_in_a_batch_are_those_one_by_one()
    {
        using var data = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        IReadOnlyList<EvaluationTask> tasks =
        [
            .. Tasks(data).Where(task => !task.Name.StartsWith("name-in", StringComparison.Ordinal) && task.Name != "reasoning"),
        ];
        string alone = await Summary(tasks, folder["alone"], new EvaluationOptions { Batch = 1, MaxNewTokens = 12 });
        string together = await Summary(tasks, folder["together"], new EvaluationOptions { Batch = 4, MaxNewTokens = 12 });
        Assert.Equal(alone, together);
        foreach (EvaluationTask task in tasks)
        {
            string name = $"{task.Name}.jsonl";
            string[] lines = await File.ReadAllLinesAsync(Path.Combine(folder["alone"], name));
            Assert.Equal(task.Count, lines.Length);
            Assert.Equal(
                lines.Select(Answer),
                (await File.ReadAllLinesAsync(Path.Combine(folder["together"], name))).Select(Answer)
            );
        }

        static string Answer(string line)
        {
            JsonElement record = JsonSerializer.Deserialize<JsonElement>(line);
            return $"{record.GetProperty("id")} {record.GetProperty("answer")} {record.GetProperty("score").GetDouble():F6} "
                + $"{string.Join(';', record.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("mask").ToString()))}";
        }
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_and_ends_with_the_same_numbers()
    {
        using var data = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        var options = new EvaluationOptions { Batch = 2, MaxNewTokens = 8 };
        IReadOnlyList<EvaluationTask> tasks =
        [
            .. Tasks(data).Where(task => task.Name is "panoptic" or "interactive-box" or "referring" or "questions"),
        ];
        string undisturbed = await Summary(tasks, folder["whole"], options);
        Directory.CreateDirectory(folder["stopped"]);
        int stops = 0;
        double farthest = 0;
        for (bool ended = false; !ended; stops++)
        {
            using var source = new CancellationTokenSource();
            double begun = farthest;
            var progress = new Told(told =>
            {
                farthest = Math.Max(farthest, told.Share);
                if (farthest > begun + 0.2)
                {
                    source.Cancel();
                }
            });
            try
            {
                await new EvaluationRun(tasks, folder["stopped"], options).RunAsync(tiny.Model, progress, source.Token);
                ended = true;
            }
            catch (OperationCanceledException)
            {
                // As after a kill in the middle of writing: half a line is left.
                string last = Directory.EnumerateFiles(folder["stopped"], "*.jsonl").MaxBy(File.GetLastWriteTimeUtc)!;
                await File.AppendAllTextAsync(last, "{\"index\": 0, \"id\": \"x");
            }
        }

        Assert.InRange(stops, 3, 20);
        Assert.Equal(undisturbed, await Summary(tasks, folder["stopped"], options));
        Assert.All(
            tasks,
            task => Assert.Equal(task.Count, File.ReadAllLines(Path.Combine(folder["stopped"], $"{task.Name}.jsonl")).Length)
        );
    }

    [Fact]
    public async Task A_limit_takes_samples_from_all_over_the_data()
    {
        using var data = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        EvaluationTask task = Tasks(data).Single(task => task.Name == "interactive-box");
        await Summary([task], folder["limit"], new EvaluationOptions { Limit = 2 });
        int[] indices =
        [
            .. File.ReadLines(Path.Combine(folder["limit"], "interactive-box.jsonl"))
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("index").GetInt32()),
        ];
        Assert.Equal([0, 2], indices);
    }

    [Fact]
    public void Results_of_another_run_are_not_mixed_in()
    {
        using var folder = new TemporaryFolder();
        Record.Claim(folder["run"]);
        Record.Claim(folder["run"]);
        string message = Assert.Throws<OmgLlavaException>(() => (Record with { Weights = "v" }).Claim(folder["run"])).Message;
        Assert.Contains("weights 'w' instead of 'v'", message, StringComparison.Ordinal);
        Assert.Contains("--fresh", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_result_in_the_middle_is_named()
    {
        using var data = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        EvaluationTask task = Tasks(data).Single(task => task.Name == "interactive-box");
        await Summary([task], folder["run"], new EvaluationOptions());
        string path = Path.Combine(folder["run"], "interactive-box.jsonl");
        string[] lines = await File.ReadAllLinesAsync(path);
        lines[1] = lines[1][..20];
        await File.WriteAllTextAsync(path, string.Join('\n', lines) + "\n");
        string message = (
            await Assert.ThrowsAsync<OmgLlavaException>(() => Summary([task], folder["run"], new EvaluationOptions()))
        ).Message;
        Assert.Contains("line 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_classes_have_other_names_is_told_so()
    {
        EvaluationTask task = EvaluationSuites.Find("folder")!.Open(new SuiteData(Fixture.Folder("folder")))[0];
        Assert.Contains(
            "no name in common",
            Assert.Throws<OmgLlavaException>(() => task.Check(tiny.Model)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_worst_are_shown_with_what_was_expected_and_given()
    {
        using var data = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        IReadOnlyList<TaskResult> results = await new EvaluationRun(
            Tasks(data),
            Directory.CreateDirectory(folder["run"]).FullName,
            new EvaluationOptions { MaxNewTokens = 4, Limit = 3 }
        ).RunAsync(tiny.Model);
        string page = Encoding.UTF8.GetString(WorstPage.Create("A <title>", results, worst: 2));
        Assert.Contains("A &lt;title&gt;", page, StringComparison.Ordinal);
        Assert.Equal(
            2 * results.Sum(result => Math.Min(2, result.Predictions.Count)),
            page.Split("data:image/png;base64,").Length - 1
        );
        Assert.All(results, result => Assert.Contains(result.Task.Name, page, StringComparison.Ordinal));
    }

    /// <summary>The tasks of the fixture, its classes called as this model's.</summary>
    private static IReadOnlyList<EvaluationTask> Tasks(TemporaryFolder data)
    {
        string folder = Fixture.Damage(data, "folder", "panoptic.json", "\"apple\"", "\"class 0\"");
        return EvaluationSuites.Find("folder")!.Open(new SuiteData(folder));
    }

    private async Task<string> Summary(IReadOnlyList<EvaluationTask> tasks, string folder, EvaluationOptions options)
    {
        Directory.CreateDirectory(folder);
        IReadOnlyList<TaskResult> results = await new EvaluationRun(tasks, folder, options).RunAsync(tiny.Model);
        return Encoding.UTF8.GetString(SummaryReport.Create(Record, results));
    }

    private sealed class Told(Action<RunProgress> tell) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => tell(value);
    }
}
