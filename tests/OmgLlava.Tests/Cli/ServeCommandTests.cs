using System.Net;
using System.Net.Sockets;

namespace OmgLlava.Tests.Cli;

/// <summary>What <c>serve</c> refuses before it opens anything: each would open the server wider than its user meant.</summary>
public class ServeCommandTests(TinyModel tiny)
{
    public static TheoryData<string[], string> Mistakes =>
        new()
        {
            { ["--host", "locahost"], "'locahost' is no address or name of this machine" },
            { ["--host", "192.0.2.1"], "'192.0.2.1' is no address or name of this machine" },
            { ["--host", "*"], "'*' is no address or name of this machine" },
            { ["--host", ""], "--host is empty" },
            { ["--api-key", ""], "--api-key is empty" },
            { ["--api-key", "  "], "An API key is empty" },
            { ["--api-key", "good", "--api-key", ""], "--api-key is empty" },
            { ["--api-key", "two words"], "only visible ASCII characters" },
            { ["--cors-origin", "*"], "'*' is no origin" },
            { ["--cors-origin", "https://example.org/"], "'https://example.org/' is no origin" },
            { ["--cors-origin", "example.org"], "'example.org' is no origin" },
            { ["--cors-origin", "null"], "'null' is no origin" },
            { ["--base-path", "vision"], "'vision' is no base path" },
            { ["--base-path", "/vision/"], "'/vision/' is no base path" },
            { ["--trust-proxy", "proxy"], "'proxy' is no address of a proxy" },
            { ["--kestrel", "nowhere.json"], "'nowhere.json' cannot be read" },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_a_usage_error_in_one_sentence(string[] arguments, string reason)
    {
        ProgramRun run = await ProgramRun.StartAsync(["serve", "--model", tiny.Directory, "--port", "0", .. arguments]);
        Assert.Equal(2, run.Code);
        Assert.Contains(reason, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Trim().Split('\n'));
    }

    [Theory, InlineData(" , "), InlineData(""), InlineData("one,"), InlineData("one,,two")]
    public async Task An_empty_key_of_the_environment_never_opens_the_server(string keys)
    {
        ProgramRun run = await ProgramRun.StartAsync(
            ["serve", "--model", tiny.Directory, "--port", "0"],
            variables: [("OMG_API_KEYS", keys)]
        );
        Assert.Equal(2, run.Code);
        Assert.Contains("An API key is empty", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        ProgramRun run = await ProgramRun.StartAsync(["serve", "--model", tiny.Directory, "--port", port]);
        Assert.Equal(1, run.Code);
        Assert.Equal(
            $"The server cannot listen on 127.0.0.1:{port}: another program listens there; choose another --port.",
            run.Errors.Trim()
        );
    }
}
