using System.Diagnostics;
using System.Net.Http.Json;

namespace OmgLlava.Cluster.Tests;

/// <summary>
/// The figures of docs/scale.md. They are run by name, on a machine with nothing else to do, and print a table.
/// </summary>
[Trait("Category", "Measure")]
[Collection("processes")]
public sealed class ClusterMeasurements
{
    private const int Repeats = 100;

    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(20);
    private static readonly int Seconds = int.TryParse(Environment.GetEnvironmentVariable("OMG_SECONDS"), out int seconds)
        ? seconds
        : 200;

    [Fact(Explicit = true)]
    public async Task Latency()
    {
        using ServerProcess alone = await ServerProcess.StartAsync("");
        using ServerProcesses cluster = await ServerProcesses.StartAsync(3);
        string own = await ServerProcesses.UploadAsync(alone.Client, 6);
        string picture = await ServerProcesses.UploadAsync(cluster[0], 6);
        int holder = await cluster.HolderOfAsync(picture, 0);
        (string Name, HttpClient Server, string Picture)[] ways =
        [
            ("one server", alone.Client, own), ("cluster, the holder asked", cluster[holder], picture),
            ("cluster, another asked", cluster[(holder + 1) % 3], picture),
        ];
        (string, Func<HttpClient, string, Task>)[] questions = [("point to mask", PointAsync), ("first token", FirstTokenAsync)];
        foreach ((string what, Func<HttpClient, string, Task> ask) in questions)
        {
            // By turns, so that whatever the machine does besides meets all of them.
            var times = ways.ToDictionary(way => way.Name, _ => new List<double>());
            for (int i = -10; i < Repeats; i++)
            {
                foreach ((string name, HttpClient server, string at) in ways)
                {
                    var clock = Stopwatch.StartNew();
                    await ask(server, at);
                    if (i >= 0)
                    {
                        times[name].Add(clock.Elapsed.TotalMilliseconds);
                    }
                }
            }

            foreach ((string name, List<double> each) in times)
            {
                Console.WriteLine($"{what}, {name}: p50 {Quantile(each, 0.5):F1} ms, p95 {Quantile(each, 0.95):F1} ms");
            }
        }
    }

    [Fact(Explicit = true)]
    public async Task Kills()
    {
        using ServerProcesses cluster = await ServerProcesses.StartAsync(3);
        string[] pictures = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(i => ServerProcesses.UploadAsync(cluster[i % 3], i)));
        var clients = new ClusterClients(cluster, pictures);
        await clients.LearnAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds));
        Task asking = clients.RunAsync(4, open: 50, stop.Token);
        var chance = new Random(1);
        List<DateTime> kills = [];
        List<ServerProcess> everyone = [.. cluster.Servers];
        while (!stop.IsCancellationRequested)
        {
            int victim = chance.Next(3);
            kills.Add(DateTime.UtcNow);
            cluster.Servers[victim].Kill();
            await cluster.ReplaceAsync(victim);
            everyone.Add(cluster.Servers[victim]);
            await Task.Delay(BetweenKills - (DateTime.UtcNow - kills[^1]) is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        }

        await asking;
        double[] all = [.. clients.Answers.Select(answer => (answer.Answered - answer.Asked).TotalSeconds)];
        double[] hit =
        [
            .. clients.Answers
                .Select(answer => (answer.Answered, Kill: kills.Find(kill => answer.Asked <= kill && kill <= answer.Answered)))
                .Where(answer => answer.Kill != default)
                .Select(answer => (answer.Answered - answer.Kill).TotalSeconds),
        ];
        Console.WriteLine($"{kills.Count} kills, {clients.Conversations} conversations, {clients.Failures.Count} failures");
        Console.WriteLine(
            $"answers: {all.Length}, p50 {Quantile(all, 0.5):F2} s, p95 {Quantile(all, 0.95):F2} s, max {all.Max():F2} s");
        Console.WriteLine(
            $"under way at a kill: {hit.Length}, p50 {Quantile(hit, 0.5):F2} s, p95 {Quantile(hit, 0.95):F2} s after it");
        foreach (string failure in clients.Failures.Take(10))
        {
            Console.WriteLine(failure);
        }

        if (!clients.Failures.IsEmpty)
        {
            IEnumerable<string> errors = everyone.SelectMany(server => server.Log.Split('\n')).Where(
                line => line.Contains("fail:", StringComparison.Ordinal));
            Console.WriteLine(string.Join('\n', errors.Take(10)));
        }

        Assert.Empty(clients.Failures);
    }

    private static async Task PointAsync(HttpClient server, string picture)
    {
        using HttpResponseMessage answer = await server.PostAsJsonAsync(
            $"/v1/images/{picture}/segment", new { prompts = new[] { new { point = (int[])[140, 190] } } });
        Assert.True(answer.IsSuccessStatusCode);
        await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task FirstTokenAsync(HttpClient server, string picture)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/images/{picture}/chat")
        {
            Content = JsonContent.Create(new { question = "What color is the umbrella?", stream = true }),
        };
        using HttpResponseMessage answer = await server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line && line != "event: text")
        {
        }
    }

    private static double Quantile(IReadOnlyCollection<double> values, double share) =>
        values.Count == 0 ? double.NaN : values.Order().ElementAt((int)(share * (values.Count - 1)));
}
