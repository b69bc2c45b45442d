using System.Diagnostics;
using System.Globalization;

namespace OmgLlava.Cluster.Tests;

/// <summary>A third server joins two that hold pictures.</summary>
[Collection("processes")]
public sealed class JoiningTests
{
    private const int Pictures = 18;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3); // the usual is 15 seconds; a machine may have much to do

    [Fact]
    public async Task Pictures_go_to_a_server_that_joins_and_none_that_is_asked_about()
    {
        using ServerProcesses cluster = await ServerProcesses.StartAsync(
            2, [.. ServerProcesses.Patiently, "--cluster-move-after", "3"]);
        var names = new List<string>();
        for (int i = 0; i < Pictures; i++)
        {
            names.Add(await ServerProcesses.UploadAsync(cluster[i % 2], await VariantAsync(i)));
        }

        string used = names[0];
        int holder = await cluster.HolderOfAsync(used, 0);
        using var stop = new CancellationTokenSource();
        Task<int[]> asking = AskAboutAsync(cluster, used, stop.Token);
        await cluster.AddAsync();
        var clock = Stopwatch.StartNew();
        int[] counts;
        do
        {
            await Task.Delay(200);
            counts = [.. await Task.WhenAll(cluster.Servers.Select(server => CountAsync(server.Client)))];
        }
        while ((counts.Sum() != Pictures || counts[2] < (Pictures / 3) - 1) && clock.Elapsed < Longest);

        await stop.CancelAsync();
        TestContext.Current.SendDiagnosticMessage($"{string.Join(", ", counts)} after {clock.Elapsed.TotalSeconds:F1} s");
        Assert.Equal(Pictures, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, (Pictures / 3) - 1, (Pictures / 3) + 2));
        Assert.All(await asking, place => Assert.Equal(holder, place));
        var places = new List<int>();
        foreach (string name in names)
        {
            places.Add(await cluster.HolderOfAsync(name, places.Count % 3)); // each is still known, wherever it is now
        }

        Assert.InRange(places.Count(place => place == 2), counts[2], (Pictures / 3) + 2); // more may have come meanwhile
        string moved = names[places.IndexOf(2)];
        Assert.Contains("text", await ServerProcesses.AskAsync(cluster[0], moved, Questions.Caption), StringComparison.Ordinal);
    }

    /// <summary>Asks about a picture again and again, through both of the first servers.</summary>
    /// <returns>Who answered.</returns>
    private static async Task<int[]> AskAboutAsync(ServerProcesses cluster, string picture, CancellationToken stop)
    {
        var places = new List<int>();
        while (!stop.IsCancellationRequested)
        {
            places.Add(await cluster.HolderOfAsync(picture, places.Count % 2));
            await Task.Delay(100, CancellationToken.None);
        }

        return [.. places];
    }

    /// <summary>The same picture in a file of its own.</summary>
    private static async Task<byte[]> VariantAsync(int number) =>
        [.. await File.ReadAllBytesAsync(ServerProcesses.Picture(6)), (byte)number]; // what follows a PNG's end is not read

    private static async Task<int> CountAsync(HttpClient server)
    {
        string metrics = await server.GetStringAsync("/metrics");
        string line = metrics.Split('\n').First(line => line.StartsWith("omg_llava_cluster_pictures", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
