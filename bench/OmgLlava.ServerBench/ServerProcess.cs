using System.Diagnostics;

namespace OmgLlava.ServerBench;

/// <summary>A server in a process of its own, so that its memory and processor time are its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Uri _address;

    private ServerProcess(Process process, Uri address)
    {
        (_process, _address) = (process, address);
        Client = As(null);
    }

    public HttpClient Client { get; }

    /// <summary>What the server holds now.</summary>
    public Vitals Vitals(TimeSpan since) => ServerBench.Vitals.Of(_process, since);

    /// <summary>A client with a key; the caller disposes it.</summary>
    public HttpClient As(string? key)
    {
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1000, MaxResponseDrainSize = 0 })
        {
            BaseAddress = _address,
            Timeout = TimeSpan.FromMinutes(10),
        };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new("Bearer", key);
        return client;
    }

    public static async Task<ServerProcess> StartAsync(
        string model,
        int workers,
        IReadOnlyList<string> keys,
        CancellationToken cancellation
    )
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "omg-llava.dll"),
                "serve",
                "--port",
                "0",
                "--model",
                model,
                "--workers",
                $"{workers}",
                "--log",
                "none",
            ]
        )
        {
            RedirectStandardError = true,
        };
        if (keys.Count > 0)
        {
            start.Environment["OMG_API_KEYS"] = string.Join(',', keys);
        }

        Process process = Process.Start(start)!;
        const string Mark = " answers on ";
        while (await process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            int at = line.IndexOf(Mark, StringComparison.Ordinal);
            if (at >= 0)
            {
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return new ServerProcess(process, new Uri(line[(at + Mark.Length)..].Split(' ')[0]));
            }

            Console.Error.WriteLine(line);
        }

        throw new InvalidOperationException("The server did not start.");
    }

    /// <summary>The share of one core that the server takes while nobody asks anything.</summary>
    public async Task<double> MeasureIdleAsync(TimeSpan time, CancellationToken cancellation)
    {
        await Client.GetStringAsync("/health/ready", cancellation);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        _process.Refresh();
        TimeSpan before = _process.TotalProcessorTime;
        await Task.Delay(time, cancellation);
        _process.Refresh();
        return (_process.TotalProcessorTime - before) / time;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
