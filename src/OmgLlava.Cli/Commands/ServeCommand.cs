using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OmgLlava.Cluster;
using OmgLlava.Server;
using OmgLlava.Serving;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava serve</c>: the HTTP API and the studio.</summary>
internal static class ServeCommand
{
    /// <summary>Environment variable with the keys that clients must send.</summary>
    private const string KeysVariable = "OMG_API_KEYS";

    private static readonly Option<string> Host = new("--host")
    {
        Description = "Address to listen on; 0.0.0.0 for every address of this machine.",
        DefaultValueFactory = _ => new ServerOptions().Host,
    };
    private static readonly Option<int> Port = NumberOption.Whole(
        "--port",
        "Port; 0 for any free one.",
        0,
        65535,
        new ServerOptions().Port
    );
    private static readonly Option<string[]> ApiKey = new("--api-key")
    {
        Description =
            $"Ask clients for this key; may be given several times. Also {KeysVariable}, with commas between, which others "
            + $"cannot see.",
        HelpName = "KEY",
    };
    private static readonly Option<string[]> CorsOrigin = new("--cors-origin")
    {
        Description = "Let pages of this origin use the API, such as https://example.org; may be given several times.",
        HelpName = "ORIGIN",
    };
    private static readonly Option<string> BasePath = new("--base-path")
    {
        Description = "Path below which a proxy hands requests on, such as /vision.",
        HelpName = "PATH",
        DefaultValueFactory = _ => "",
    };
    private static readonly Option<string[]> HostName = new("--host-name")
    {
        Description =
            "Also answer to this name on a loopback address, such as that of a proxy before it; may be given several times.",
        HelpName = "NAME",
    };
    private static readonly Option<string[]> TrustedProxy = new("--trust-proxy")
    {
        Description = "Believe the X-Forwarded headers of this proxy's address or network; may be given several times.",
        HelpName = "ADDRESS",
    };
    private static readonly Option<string?> Kestrel = new("--kestrel")
    {
        Description =
            "JSON file with Kestrel's own settings in 'Kestrel' (Endpoints, Certificates), for TLS; replaces --host and --port.",
        HelpName = "FILE",
    };
    private static readonly Option<string[]> ImageHost = new("--allow-image-host")
    {
        Description = "Fetch pictures of this host by https; may be given several times. Without it pictures must be sent along.",
        HelpName = "NAME",
    };
    private static readonly Option<Uri?> LabelStudio = new("--label-studio")
    {
        Description = "Fetch the pictures of tasks from the Label Studio at this address, with the key in LABEL_STUDIO_API_KEY.",
        HelpName = "URL",
        CustomParser = result =>
            Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? url)
                ? url
                : new Uri(result.Tokens[0].Value, UriKind.Relative),
    };
    private static readonly Option<int> MaxRequests = NumberOption.Whole(
        "--max-requests",
        "Most requests at once; more are told to try again later.",
        1,
        100_000,
        new ServerOptions().MaxRequests
    );
    private static readonly Option<int> MaxTokens = NumberOption.Whole(
        "--max-tokens",
        "Most tokens of an answer.",
        1,
        otherwise: new ServerOptions().MaxTokens
    );
    private static readonly Option<double> RequestSeconds = NumberOption.Real(
        "--timeout",
        "Longest time of a request in seconds, waiting included.",
        0.001,
        86400,
        new ServerOptions().RequestTimeout.TotalSeconds
    );
    private static readonly Option<int> CacheMegabytes = NumberOption.Whole(
        "--cache",
        "Megabytes kept of pictures that have been looked at.",
        0,
        otherwise: (int)(new ServingOptions().PerceptionBytes >> 20)
    );
    private static readonly Option<int> Workers = NumberOption.Whole(
        "--workers",
        "Steps that are computed at once; the cores are divided between them. 0 chooses by the size of the model.",
        0,
        256,
        new ServingOptions().Workers
    );
    private static readonly Option<string?> LogFormat = CommonOptions.Choice(
        "--log",
        "Log requests, never what is in them: none, text or json. Default: text.",
        "none",
        "text",
        "json"
    );
    private static readonly Option<string?> Page = new("--page")
    {
        Description = "Serve the page from this folder instead of the program, to work on it.",
        HelpName = "DIR",
        Hidden = true,
    };

    public static Command Create()
    {
        Port.Aliases.Add("-p");
        var command = new Command("serve", "Serve the HTTP API and the studio in the browser.")
        {
            Host,
            Port,
            ApiKey,
            CorsOrigin,
            BasePath,
            HostName,
            TrustedProxy,
            Kestrel,
            ImageHost,
            LabelStudio,
            MaxRequests,
            MaxTokens,
            RequestSeconds,
            CacheMegabytes,
            Workers,
            LogFormat,
            Page,
        };
        ClusterSettings.AddTo(command);
        CommonOptions.AddModel(command);
        command.SetAction(ServeAsync);
        return command;
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Interruption.Process.Patient = true; // answers that are under way are ended
        ServerOptions options = Read(parsed);
        ClusterOptions? cluster = ClusterSettings.Read(parsed);
        bool listening = false;
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        await using WebApplication app = OmgLlavaServer.Create(
            model,
            options,
            builder =>
            {
                builder.Services.AddSingleton<IHostLifetime, Lifetime>();
                if (ClusterSettings.IsSupported && cluster is not null)
                {
                    builder.AddCluster(cluster);
                }

                Log(builder.Logging, parsed.GetValue(LogFormat) ?? "text");
                // What goes wrong before it listens is said once, in one sentence, below.
                string[] said = ["Microsoft.Extensions.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Orleans.Runtime.Silo"];
                foreach (string starting in said)
                {
                    builder.Logging.AddFilter(starting, level => Volatile.Read(ref listening) && level >= LogLevel.Warning);
                }
            }
        );
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidOperationException)
        {
            string where = options.Kestrel is null ? $"{options.Host}:{options.Port}" : "the endpoints of --kestrel";
            string reason = (
                error as SocketException
                ?? error.InnerException as SocketException
                ?? error.InnerException?.InnerException as SocketException
            )?.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there; choose another --port",
                SocketError.AccessDenied => "this user may not; choose a --port above 1023",
                _ => $"{error.Message.TrimEnd('.')}; choose another address or --port",
            };
            throw new OmgLlavaException($"The server cannot listen on {where}: {reason}.", error);
        }

        listening = true;
        if (options.IsOpenToAll)
        {
            Terminal.Error(
                "WARNING: everybody who reaches this machine can use the server, for it asks for no key. Set OMG_API_KEYS, or "
                    + "listen on 127.0.0.1."
            );
        }

        Terminal.Note($"{model.Name} answers on {app.Urls.First()} - Ctrl-C ends it.");
        Task warmUp = app.Services.GetRequiredService<OmgLlavaService>().WarmUpAsync(app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync(cancellation);
        await warmUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return CommandLine.Success;
    }

    private static ServerOptions Read(ParseResult parsed)
    {
        // An empty key among them is found by the check below: it must never open the server.
        string[] keys = Environment.GetEnvironmentVariable(KeysVariable)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        var options = new ServerOptions
        {
            Host = parsed.GetValue(Host)!,
            Port = parsed.GetValue(Port),
            ApiKeys = [.. parsed.GetValue(ApiKey) ?? [], .. keys],
            CorsOrigins = parsed.GetValue(CorsOrigin) ?? [],
            BasePath = parsed.GetValue(BasePath)!,
            HostNames = parsed.GetValue(HostName) ?? [],
            TrustedProxies = parsed.GetValue(TrustedProxy) ?? [],
            Kestrel = parsed.GetValue(Kestrel) is { } file ? ReadKestrel(file) : null,
            ImageHosts = parsed.GetValue(ImageHost) ?? [],
            LabelStudioUrl = parsed.GetValue(LabelStudio),
            LabelStudioKey = Environment.GetEnvironmentVariable("LABEL_STUDIO_API_KEY") is { Length: > 0 } key ? key : null,
            MaxRequests = parsed.GetValue(MaxRequests),
            MaxTokens = parsed.GetValue(MaxTokens),
            RequestTimeout = TimeSpan.FromSeconds(parsed.GetValue(RequestSeconds)),
            Serving = new ServingOptions
            {
                PerceptionBytes = (long)parsed.GetValue(CacheMegabytes) << 20,
                Workers = parsed.GetValue(Workers),
            },
            PageFolder = parsed.GetValue(Page),
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (OmgLlavaException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static IConfiguration ReadKestrel(string file)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file)).Build().GetSection("Kestrel");
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            throw new UsageException(
                $"--kestrel: '{file}' cannot be read as JSON; it is a file with Kestrel's settings in \"Kestrel\"."
            );
        }
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
