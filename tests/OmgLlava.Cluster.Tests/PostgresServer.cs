using System.Diagnostics;
using Npgsql;
using OmgLlava.Tests;

namespace OmgLlava.Cluster.Tests;

/// <summary>A PostgreSQL of the test's own, on loopback.</summary>
internal sealed class PostgresServer : IDisposable
{
    public const string User = "omg";

    private const string Account = "postgres"; // PostgreSQL does not run as root
    private const string Debian = "/usr/lib/postgresql";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private PostgresServer(string programs)
    {
        string[] prefix = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--clear-groups"]
            : [];
        string data = _folder["data"];
        Directory.CreateDirectory(data);
        if (prefix.Length > 0)
        {
            Run(["chown", $"{Account}:{Account}", _folder.Path, data]);
        }

        Run([
            .. prefix, Path.Combine(programs, "initdb"), "-D", data, "-U", User, "--auth=trust", "--no-sync", "--no-locale", "-E",
            "UTF8",
        ]);
        _process = Start([
            .. prefix, Path.Combine(programs, "postgres"), "-D", data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c",
            "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=16MB",
        ]);
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; } = RedisServer.FreePort();

    /// <summary>The store, as the command line takes it.</summary>
    public string Store => StoreOf(User);

    /// <summary>The store, for another user.</summary>
    public string StoreOf(string user) => $"postgres://{user}@127.0.0.1:{Port}/postgres";

    /// <summary>Starts one; skips the test, saying so, where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        string? programs = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).Select(version => Path.Combine(version, "bin"))
                .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            : null;
        Assert.SkipWhen(programs is null, $"PostgreSQL is not installed in {Debian}.");
        var server = new PostgresServer(programs!);
        await server.AnswersAsync();
        return server;
    }

    /// <summary>Runs a statement as the owner of the database.</summary>
    public async Task<object?> RunAsync(string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public void Dispose()
    {
        Run(["kill", "-QUIT", $"{_process.Id}"]); // at once, its own processes too
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username={User};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private async Task AnswersAsync()
    {
        while (true)
        {
            try
            {
                await (await OpenAsync()).DisposeAsync();
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    private static Process Start(string[] command) => Process.Start(
        new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static void Run(string[] command)
    {
        using Process process = Start(command);
        Task<string> said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said.Result);
    }
}
