using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OmgLlava.Server;
using OmgLlava.Serving;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava serve</c>: the HTTP API and the studio.</summary>
internal static class ServeCommand
{
    /// <summary>Environment variable with the keys that clients must send.</summary>
    private const string KeysVariable = "OMG_API_KEYS";

    private static readonly Option<string> Host = new("--host") { Description = "Address to listen on; 0.0.0.0 for every address of this machine.", DefaultValueFactory = _ => new ServerOptions().Host };
    private static readonly Option<int> Port = new("--port", "-p") { Description = "Port; 0 for any free one.", DefaultValueFactory = _ => new ServerOptions().Port };
    private static readonly Option<string[]> ApiKey = new("--api-key") { Description = $"Ask clients for this key; may be given several times. Also {KeysVariable}, with commas between, which others cannot see.", HelpName = "KEY" };
    private static readonly Option<string[]> CorsOrigin = new("--cors-origin") { Description = "Let pages of this origin use the API, such as https://example.org; may be given several times.", HelpName = "ORIGIN" };
    private static readonly Option<string[]> ImageHost = new("--allow-image-host") { Description = "Fetch pictures of this host by https; may be given several times. Without it pictures must be sent along.", HelpName = "NAME" };
    private static readonly Option<int> MaxRequests = new("--max-requests") { Description = "Most requests at once; more are told to try again later.", DefaultValueFactory = _ => new ServerOptions().MaxRequests };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Most tokens of an answer.", DefaultValueFactory = _ => new ServerOptions().MaxTokens };
    private static readonly Option<double> RequestSeconds = new("--timeout") { Description = "Longest time of a request in seconds, waiting included.", DefaultValueFactory = _ => new ServerOptions().RequestTimeout.TotalSeconds };
    private static readonly Option<int> CacheMegabytes = new("--cache") { Description = "Megabytes kept of pictures that have been looked at.", HelpName = "MB", DefaultValueFactory = _ => (int)(new ServingOptions().PerceptionBytes >> 20) };
    private static readonly Option<int> Workers = new("--workers") { Description = "Steps that are computed at once; the cores are divided between them. 0 chooses by the size of the model.", DefaultValueFactory = _ => new ServingOptions().Workers };
    private static readonly Option<string?> LogFormat = CommonOptions.Choice("--log", "Log requests, never what is in them: none, text or json. Default: text.", "none", "text", "json");
    private static readonly Option<string?> Page = new("--page") { Description = "Serve the page from this folder instead of the program, to work on it.", HelpName = "DIR", Hidden = true };

    public static Command Create()
    {
        var command = new Command("serve", "Serve the HTTP API and the studio in the browser.")
        {
            Host, Port, ApiKey, CorsOrigin, ImageHost, MaxRequests, MaxTokens, RequestSeconds, CacheMegabytes, Workers, LogFormat, Page,
        };
        CommonOptions.AddModel(command);
        command.SetAction(ServeAsync);
        return command;
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        ServerOptions options = Read(parsed);
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        await using WebApplication app = OmgLlavaServer.Create(model, options, builder =>
        {
            builder.Services.AddSingleton<IHostLifetime, Lifetime>();
            Log(builder.Logging, parsed.GetValue(LogFormat) ?? "text");
        });
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException error)
        {
            throw new OmgLlavaException($"The server cannot listen on {options.Host}:{options.Port}: {error.Message.TrimEnd('.')}; choose another --port.", error);
        }

        Terminal.Note($"{model.Name} answers on {app.Urls.First()} - Ctrl-C ends it.");
        Task warmUp = app.Services.GetRequiredService<OmgLlavaService>().WarmUpAsync(app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync(cancellation);
        await warmUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return CommandLine.Success;
    }

    private static ServerOptions Read(ParseResult parsed)
    {
        string[] keys = (Environment.GetEnvironmentVariable(KeysVariable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new ServerOptions
        {
            Host = parsed.GetValue(Host)!,
            Port = Within(parsed, Port, 0, 65535),
            ApiKeys = [.. parsed.GetValue(ApiKey) ?? [], .. keys],
            CorsOrigins = parsed.GetValue(CorsOrigin) ?? [],
            ImageHosts = parsed.GetValue(ImageHost) ?? [],
            MaxRequests = Within(parsed, MaxRequests, 1, 100_000),
            MaxTokens = Within(parsed, MaxTokens, 1, int.MaxValue),
            RequestTimeout = parsed.GetValue(RequestSeconds) is > 0 and <= 86400 and var seconds ? TimeSpan.FromSeconds(seconds) : throw new UsageException("--timeout must be above 0 and at most 86400 seconds."),
            Serving = new ServingOptions { PerceptionBytes = (long)Within(parsed, CacheMegabytes, 0, int.MaxValue) << 20, Workers = Within(parsed, Workers, 0, 256) },
            PageFolder = parsed.GetValue(Page),
        };
    }

    private static int Within(ParseResult parsed, Option<int> option, int least, int most)
    {
        int value = parsed.GetValue(option);
        return value >= least && value <= most ? value : throw new UsageException($"{option.Name} must be {least} to {most}, not {value}.");
    }

    private static void Log(ILoggingBuilder logging, string format)
    {
        logging.ClearProviders();
        if (format == "none")
        {
            return;
        }

        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format == "json")
        {
            logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(text => (text.SingleLine, text.TimestampFormat) = (true, "HH:mm:ss "));
        }
    }

    /// <summary>Signals are this program's own matter, see <see cref="Interruption"/>.</summary>
    private sealed class Lifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
