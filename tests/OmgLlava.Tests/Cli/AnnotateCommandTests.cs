using System.Diagnostics;

namespace OmgLlava.Tests.Cli;

/// <summary><c>omg-llava annotate</c> as a process: killed, it goes on; misused, it says how.</summary>
public class AnnotateCommandTests
{
    private static string Scenes => Path.Combine(Repository.Root, "samples", "scenes", "images");

    private static string Nano => Path.Combine(Repository.Root, "models", "nano-drawn");

    [Fact]
    public async Task Killed_three_times_it_writes_what_an_undisturbed_run_writes()
    {
        using var folder = new TemporaryFolder();
        ProgramRun quiet = await ProgramRun.StartAsync(Command(folder["quiet"]));
        Assert.True(quiet.Code == 0, quiet.Errors);
        for (int kill = 1; kill <= 3; kill++)
        {
            await KillWhenAsync(folder["killed"], kill);
        }

        ProgramRun last = await ProgramRun.StartAsync(Command(folder["killed"]));
        Assert.True(last.Code == 0, last.Errors);
        foreach (string name in (string[])["annotations.json", "broken.json", "index.html"])
        {
            Assert.Equal(await ReadAsync(folder["quiet"], name), await ReadAsync(folder["killed"], name));
        }

        Assert.Empty(Directory.GetFiles(folder["killed"], "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Without_labels_segmenting_is_a_mistake_of_usage()
    {
        using var folder = new TemporaryFolder();
        ProgramRun run = await ProgramRun.StartAsync(["annotate", Scenes, "--task", "segment", "--out", folder["out"]]);
        Assert.Equal(2, run.Code);
        Assert.Contains("--labels", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    private static string[] Command(string output) =>
        ["annotate", Scenes, "--task", "panoptic", "--shard-size", "1", "--workers", "1", "--model", Nano, "--out", output];

    private static Task<byte[]> ReadAsync(string folder, string name) =>
        File.ReadAllBytesAsync(Path.Combine(folder, name), TestContext.Current.CancellationToken);

    /// <summary>kill -9 as soon as so many shards are done.</summary>
    private static async Task KillWhenAsync(string output, int shards)
    {
        using Process process = ProgramRun.Begin(Command(output));
        process.StandardInput.Close();
        Task read = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (!process.HasExited && Done(output) < shards)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        process.Kill();
        await read;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static int Done(string output) => Directory.Exists(Path.Combine(output, "shards"))
        ? Directory.GetFiles(Path.Combine(output, "shards"), "*.done").Length
        : 0;
}
