using System.Collections.Concurrent;
using System.Net;

namespace OmgLlava.Cluster.Tests;

/// <summary>Takes what servers say by OTLP over HTTP, each at a path of its own.</summary>
internal sealed class TraceCollector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _said = new();
    private readonly string _address;

    public TraceCollector()
    {
        _address = $"http://127.0.0.1:{RedisServer.FreePort()}";
        _listener.Prefixes.Add($"{_address}/");
        _listener.Start();
        _ = ListenAsync();
    }

    /// <summary>Variables that make a server send its traces here, as words before a command.</summary>
    /// <param name="server">Its number.</param>
    public string[] Variables(int server) =>
    [
        "env", $"OTEL_EXPORTER_OTLP_ENDPOINT={_address}/{server}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "OTEL_BSP_SCHEDULE_DELAY=200",
    ];

    /// <summary>Waits until a server has sent something with all of these bytes.</summary>
    /// <param name="server">Its number.</param>
    /// <param name="parts">What must be in one message.</param>
    /// <param name="patience">How long.</param>
    /// <returns>Whether it has.</returns>
    public async Task<bool> HearsAsync(int server, byte[][] parts, TimeSpan patience)
    {
        DateTime end = DateTime.UtcNow + patience;
        do
        {
            if (_said.Any(said => said.Path == $"/{server}/v1/traces"
                && parts.All(part => said.Body.AsSpan().IndexOf(part) >= 0)))
            {
                return true;
            }

            await Task.Delay(100);
        }
        while (DateTime.UtcNow < end);

        return false;
    }

    public void Dispose() => _listener.Close();

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _said.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
        {
            // It has been closed.
        }
    }
}
