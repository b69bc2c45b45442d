using System.Diagnostics;

namespace OmgLlava.ServerBench;

/// <summary>Several keys, of which one floods the server: what the others notice of it.</summary>
internal sealed class FairnessRun(ServerProcess server, IReadOnlyList<string> keys, int maxTokens)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30); // a person's hand

    /// <summary>Measures the quiet keys alone and beside the flood, half of the time each, and prints a table.</summary>
    /// <param name="floods">Clients of the key that floods.</param>
    /// <param name="time">Length of both together.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether no 95th percentile has more than doubled.</returns>
    public async Task<bool> RunAsync(int floods, TimeSpan time, CancellationToken cancellation)
    {
        HttpClient[] clients = [.. keys.Select(server.As)];
        Workload[] works = await Task.WhenAll(clients.Select(client => Workload.PrepareAsync(client, maxTokens, cancellation)));
        Dictionary<RequestKind, List<double>> alone = await QuietAsync(clients, works, time / 2, cancellation);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<int>[] flood =
        [
            .. Enumerable.Range(0, floods).Select(index => FloodAsync(clients[0], works[0], new Random(index), end.Token)),
        ];
        Dictionary<RequestKind, List<double>> beside = await QuietAsync(clients, works, time / 2, cancellation);
        await end.CancelAsync();
        int served = (await Task.WhenAll(flood)).Sum();
        Array.ForEach(clients, client => client.Dispose());
        Line(
            $"{keys.Count - 1} quiet keys, {(time / 2).TotalSeconds:F0} s alone and {(time / 2).TotalSeconds:F0} s beside "
                + $"{floods} clients of another key ({served / (time / 2).TotalSeconds:F0} requests/s served to it)"
        );
        Line("");
        Line($"| request of a quiet key | alone p50 ms | p95 ms | beside the flood p50 ms | p95 ms |");
        Line($"|---|--:|--:|--:|--:|");
        bool fair = true;
        foreach (RequestKind kind in alone.Keys)
        {
            (double quiet, double loaded) = (Quantile(alone[kind], 0.95), Quantile(beside[kind], 0.95));
            fair &= loaded <= 2 * quiet;
            Line($"| {kind} | {Quantile(alone[kind], 0.5):F1} | {quiet:F1} | {Quantile(beside[kind], 0.5):F1} | {loaded:F1} |");
        }

        return fair;
    }

    /// <summary>Each quiet key points and asks, one thing after the other.</summary>
    private async Task<Dictionary<RequestKind, List<double>>> QuietAsync(
        HttpClient[] clients,
        Workload[] works,
        TimeSpan time,
        CancellationToken cancellation
    )
    {
        Dictionary<RequestKind, List<double>> latencies = new() { [RequestKind.Segment] = [], [RequestKind.Chat] = [] };
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(1, keys.Count - 1)
                .Select(async index =>
                {
                    var random = new Random(index);
                    while (clock.Elapsed < time)
                    {
                        RequestKind kind = random.Next(4) == 0 ? RequestKind.Chat : RequestKind.Segment;
                        long start = Stopwatch.GetTimestamp();
                        using HttpResponseMessage response = await SendAsync(
                            clients[index],
                            works[index].Pick(kind, random),
                            cancellation
                        );
                        response.EnsureSuccessStatusCode();
                        lock (latencies)
                        {
                            latencies[kind].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                        }

                        await Task.Delay(Pause, cancellation);
                    }
                })
        );
        return latencies;
    }

    private static async Task<int> FloodAsync(HttpClient client, Workload work, Random random, CancellationToken end)
    {
        int served = 0;
        RequestKind[] kinds = [RequestKind.Chat, RequestKind.FollowUp, RequestKind.Segment, RequestKind.Panoptic];
        while (!end.IsCancellationRequested)
        {
            try
            {
                using HttpResponseMessage response = await SendAsync(
                    client,
                    work.Pick(kinds[random.Next(kinds.Length)], random),
                    end
                );
                served += response.IsSuccessStatusCode ? 1 : 0;
                await Task.Delay(response.IsSuccessStatusCode ? 0 : 50, end);
            }
            catch (OperationCanceledException)
            {
                return served;
            }
        }

        return served;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, WorkItem item, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, item.Path)
        {
            Content = new ByteArrayContent(item.Body) { Headers = { { "Content-Type", item.Type } } },
        };
        return await client.SendAsync(request, cancellation);
    }

    private static double Quantile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    private static void Line(string text) => Console.WriteLine(text);
}
