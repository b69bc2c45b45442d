using System.Diagnostics;

namespace OmgLlava.ServerBench;

/// <summary>Clients that ask one thing after the other until the time is over.</summary>
internal sealed class LoadRun(ServerProcess server, Workload work)
{
    // In a hundred requests.
    private static readonly (RequestKind Kind, int Share)[] Mix =
    [
        (RequestKind.Upload, 10),
        (RequestKind.Segment, 50),
        (RequestKind.Panoptic, 5),
        (RequestKind.Chat, 20),
        (RequestKind.FollowUp, 10),
        (RequestKind.Cancel, 5),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<RequestKind, List<double>> _latencies = Mix.ToDictionary(
        part => part.Kind,
        _ => new List<double>()
    );
    private int _wrong;
    private int _serverErrors;
    private int _refused;

    public async Task<LoadResult> RunAsync(int clients, TimeSpan time, CancellationToken cancellation)
    {
        using var end = new CancellationTokenSource(time);
        var clock = Stopwatch.StartNew();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<List<Vitals>> vitals = WatchAsync(clock, over.Token);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(index => ClientAsync(new Random(index), end.Token, cancellation)));
        TimeSpan length = clock.Elapsed;
        await over.CancelAsync();
        return new LoadResult(
            clients,
            length,
            _latencies.ToDictionary(part => part.Key, part => (IReadOnlyList<double>)[.. part.Value.Order()]),
            _wrong,
            _serverErrors,
            _refused,
            await vitals
        );
    }

    private async Task<List<Vitals>> WatchAsync(Stopwatch clock, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        List<Vitals> seen = [];
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                seen.Add(server.Vitals(clock.Elapsed));
            }
        }
        catch (OperationCanceledException)
        {
            // the load is over
        }

        return seen;
    }

    private async Task ClientAsync(Random random, CancellationToken end, CancellationToken cancellation)
    {
        while (!end.IsCancellationRequested)
        {
            int dice = random.Next(100);
            RequestKind kind = Mix.First(part => (dice -= part.Share) < 0).Kind;
            WorkItem item = work.Pick(kind, random);
            long start = Stopwatch.GetTimestamp();
            await SendAsync(item, cancellation);
            lock (_gate)
            {
                _latencies[kind].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
    }

    private async Task SendAsync(WorkItem item, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, item.Path)
        {
            Content = new ByteArrayContent(item.Body) { Headers = { { "Content-Type", item.Type } } },
        };
        using HttpResponseMessage response = await server.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellation
        );
        int status = (int)response.StatusCode;
        if (status >= 400)
        {
            Console.Error.WriteLine($"{item.Kind}: {status} {await response.Content.ReadAsStringAsync(cancellation)}");
            _ = status >= 500 ? Interlocked.Increment(ref _serverErrors) : Interlocked.Increment(ref _refused);
            return;
        }

        if (item.Kind == RequestKind.Cancel)
        {
            return; // the answer has begun; disposing it closes the connection
        }

        string answer = await response.Content.ReadAsStringAsync(cancellation);
        if (Workload.Essence(item.Kind, answer) != item.Expected && Interlocked.Increment(ref _wrong) <= 3)
        {
            Console.Error.WriteLine(
                $"{item.Kind} {item.Path}\n  alone  {item.Expected}\n  loaded {Workload.Essence(item.Kind, answer)}"
            );
        }
    }
}
