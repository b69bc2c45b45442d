using System.Diagnostics;
using OmgLlava.Tests;

namespace OmgLlava.Cluster.Tests;

/// <summary>Two programs annotate one folder; one is killed, and the other ends with what a single one writes.</summary>
[Collection("processes")]
public sealed class SharedAnnotationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_other_goes_on_where_a_program_was_killed()
    {
        using RedisServer redis = await RedisServer.StartAsync();
        string store = $"redis:127.0.0.1:{redis.Port}";
        using Process alone = Start(_folder["alone"]);
        await EndsWellAsync(alone);
        using Process first = Start(_folder["shared"], store);
        string shards = Path.Combine(_folder["shared"], "shards");
        while (!first.HasExited && (!Directory.Exists(shards) || Directory.GetFiles(shards, "*.done").Length == 0))
        {
            await Task.Delay(5);
        }

        using Process second = Start(_folder["shared"], store);
        await Task.Delay(TimeSpan.FromSeconds(1));
        first.Kill();
        await EndsWellAsync(second);
        foreach (string name in (string[])["annotations.json", "broken.json", "index.html"])
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(_folder["alone"], name)),
                await File.ReadAllBytesAsync(Path.Combine(_folder["shared"], name)));
        }
    }

    private static Process Start(string output, string? store = null)
    {
        string scenes = Path.Combine(Repository.Root, "samples", "scenes", "images");
        string[] cluster =
            ["--cluster", store ?? "", "--cluster-address", $"127.0.0.1:{RedisServer.FreePort()}", .. ServerProcesses.Patiently];
        string[] command =
        [
            Path.Combine(
                AppContext.BaseDirectory, "omg-llava.dll"), "annotate", scenes, "--task", "panoptic", "--shard-size", "1",
            "--workers", "1", "--threads", "1", "--model", Path.Combine(Repository.Root, "models", "nano-drawn"), "--out", output,
            .. store is null ? [] : cluster,
        ];
        return Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardError = true })!;
    }

    private static async Task EndsWellAsync(Process process)
    {
        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
