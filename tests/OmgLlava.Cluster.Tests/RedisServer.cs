using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OmgLlava.Tests;

namespace OmgLlava.Cluster.Tests;

/// <summary>A Redis of the test's own, on loopback.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private RedisServer(int port, string host)
    {
        Port = port;
        string[] arguments =
            ["--port", $"{port}", "--bind", host, "--save", "", "--protected-mode", "no", "--dir", _folder.Path];
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
    }

    public int Port { get; }

    /// <summary>Starts one; skips the test, saying so, where Redis is not installed.</summary>
    /// <param name="host">The address that it listens on.</param>
    public static async Task<RedisServer> StartAsync(string host = "127.0.0.1")
    {
        bool installed = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));
        Assert.SkipUnless(installed, "redis-server is not installed.");
        var redis = new RedisServer(FreePort(), host);
        await redis.AnswersAsync(host);
        return redis;
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task AnswersAsync(string host)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(host, Port);
                return;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }
}
