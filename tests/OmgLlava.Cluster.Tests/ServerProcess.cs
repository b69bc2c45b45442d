using System.Diagnostics;
using OmgLlava.Tests;

namespace OmgLlava.Cluster.Tests;

/// <summary>One server of a cluster, as a process that can be killed, stopped and ended.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _said = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>Where the other servers reach it.</summary>
    public required string Address { get; init; }

    public HttpClient Client { get; private set; } = new();

    /// <summary>What it has written to its log.</summary>
    public string Log
    {
        get
        {
            lock (_said)
            {
                return string.Join('\n', _said);
            }
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts one on loopback, and waits until it answers.</summary>
    /// <param name="store">The store, as the command line takes it; empty for a server of its own.</param>
    /// <param name="more">Further arguments.</param>
    public static Task<ServerProcess> StartAsync(string store, params string[] more) =>
        StartAsync([], "127.0.0.1", RedisServer.FreePort(), store, more);

    /// <summary>Starts one of another build of the program.</summary>
    /// <param name="program">Its <c>omg-llava.dll</c>.</param>
    /// <param name="store">The store.</param>
    public static Task<ServerProcess> StartOtherAsync(string program, string store) =>
        StartAsync([], "127.0.0.1", RedisServer.FreePort(), store, [], program);

    /// <summary>Starts one, and waits until it answers.</summary>
    /// <param name="prefix">What stands before the program, such as <c>ip netns exec NAME</c>.</param>
    /// <param name="host">Its address.</param>
    /// <param name="port">Its port for the other servers.</param>
    /// <param name="store">The store.</param>
    /// <param name="more">Further arguments.</param>
    /// <param name="program">The program; null for the one that was built with the tests.</param>
    public static async Task<ServerProcess> StartAsync(
        string[] prefix, string host, int port, string store, string[] more, string? program = null)
    {
        string address = $"{host}:{port}";
        string nano = Path.Combine(Repository.Root, "models", "nano-drawn");
        string[] command =
        [
            .. prefix, "dotnet", program ?? Path.Combine(AppContext.BaseDirectory, "omg-llava.dll"), "serve", "--host", host,
            "--port", "0", "--model", nano, "--workers", "1", "--threads", "1",
            .. store.Length > 0 ? (string[])["--cluster", store, "--cluster-address", address] : [], .. more,
        ];
        var start = new ProcessStartInfo(
            command[0], command[1..])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        var server = new ServerProcess(Process.Start(start)!) { Address = address };
        var listening = new TaskCompletionSource<Uri>();
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data, listening);
        server._process.BeginErrorReadLine();
        server._process.BeginOutputReadLine();
        server.Client = new HttpClient { BaseAddress = await listening.Task, Timeout = TimeSpan.FromMinutes(2) };
        return server;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Sends a signal, such as TERM, STOP or CONT.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{_process.Id}"]).WaitForExit();

    /// <summary>Ends it as an operator does, and waits.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        Signal("TERM");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        Client.Dispose();
        _process.Dispose();
    }

    private void Hear(string? line, TaskCompletionSource<Uri> address)
    {
        lock (_said)
        {
            _said.Add(line ?? "");
        }

        const string Mark = " answers on ";
        if (line is null)
        {
            address.TrySetException(new InvalidOperationException($"The server did not start:\n{Log}"));
        }
        else if (line.Contains(Mark, StringComparison.Ordinal))
        {
            address.TrySetResult(new Uri(line.Split(Mark)[1].Split(' ')[0]));
        }
    }
}
