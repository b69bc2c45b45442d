using System.Net;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OmgLlava.Server.Annotation;
using OmgLlava.Server.Endpoints;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server;

/// <summary>The server: a model behind HTTP, with the studio at <c>/</c>.</summary>
public static class OmgLlavaServer
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2); // Kestrel looks once a second

    /// <summary>Builds a server that is ready to run.</summary>
    /// <param name="model">The model; the caller disposes it, after the server.</param>
    /// <param name="options">Address and limits; null for the defaults.</param>
    /// <param name="configure">Changes the host before it is built; null for nothing.</param>
    /// <exception cref="OmgLlavaException">The options do not fit, see <see cref="ServerOptions.Validate"/>.</exception>
    public static WebApplication Create(
        OmgLlavaModel model,
        ServerOptions? options = null,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        options ??= new ServerOptions();
        options.Validate();
        var listening = new Listening(options);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.Sources.Clear(); // files and variables of other programs do not change the server
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // it would log addresses
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(
                options.MinBodyBytesPerSecond,
                options.HeadersTimeout > Least ? options.HeadersTimeout : Least
            );
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            listening.Apply(kestrel);
        });
        if (options.Kestrel is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(listening);
        builder.Services.AddSingleton(options.Serving);
        builder.Services.AddSingleton(services => new OmgLlavaService(model, services.GetRequiredService<ServingOptions>()));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<Protection>();
        builder.Services.AddSingleton<Gate>();
        builder.Services.AddSingleton<Page>();
        builder.Services.AddSingleton<INameResolver, SystemNameResolver>();
        builder.Services.AddSingleton<RemotePictures>();
        builder.Services.AddSingleton<PictureSource>();
        builder.Services.AddSingleton<Asking>();
        builder.Services.AddSingleton<IResponseStore, ResponseStore>();
        builder.Services.AddSingleton<Labelling>();
        builder.Services.AddSingleton<LabelStudioPictures>();
        OmgLlavaMcp.AddTools(builder.Services, files: false).WithHttpTransport(http => http.Stateless = true);
        builder.Services.AddCors();
        builder.Services.AddOpenApi(OpenApiText.Configure);
        Telemetry.Add(builder);
        builder.Services.Configure<JsonOptions>(json => ApiJson.Configure(json.SerializerOptions));
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        Wire(app);
        return app;
    }

    private static void Wire(WebApplication app)
    {
        IServiceProvider services = app.Services;
        ServerOptions options = services.GetRequiredService<ServerOptions>();
        ILogger log = services.GetRequiredService<ILoggerFactory>().CreateLogger("OmgLlava.Server");
        app.Use((context, next) => RequestNames.InvokeAsync(context, _ => next(context)));
        app.Use((context, next) => RequestLog.InvokeAsync(context, _ => next(context), log));
        app.Use((context, next) => ErrorHandling.InvokeAsync(context, _ => next(context), log));
        UseProxies(app, options);
        Protection protection = services.GetRequiredService<Protection>();
        app.Use((context, next) => protection.InvokeAsync(context, _ => next(context)));
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors(policy =>
                policy
                    .WithOrigins([.. options.CorsOrigins])
                    .WithMethods("GET", "HEAD", "POST", "DELETE")
                    .AllowAnyHeader()
                    .WithExposedHeaders(RequestNames.Header, "Retry-After")
            );
        }

        IRequestRouter? router = services.GetService<IRequestRouter>();
        if (router is not null)
        {
            app.Use(next =>
            {
                router.Use(next);
                return next;
            });
        }

        app.UseRouting();
        Page page = services.GetRequiredService<Page>();
        app.Use((context, next) => page.InvokeAsync(context, _ => next(context)));
        Gate gate = services.GetRequiredService<Gate>();
        app.Use((context, next) => gate.InvokeAsync(context, _ => next(context)));
        if (router is not null)
        {
            app.Use((context, next) => router.InvokeAsync(context, _ => next(context)));
        }

        Admission admission = services.GetRequiredService<Admission>();
        app.Use((context, next) => admission.InvokeAsync(context, _ => next(context)));
        ModelEndpoints.Map(app);
        ImageEndpoints.Map(app);
        ChatEndpoints.Map(app);
        CompletionEndpoints.Map(app);
        ResponsesEndpoints.Map(app);
        SampleEndpoints.Map(app);
        AnyLabelingEndpoints.Map(app);
        LabelStudioEndpoints.Map(app);
        app.MapMcp("/mcp").WithMetadata(new ComputesMetadata());
        app.MapPrometheusScrapingEndpoint("/metrics");
        HealthEndpoints.Map(app);
        app.MapOpenApi("/openapi/v1.json").ExcludeFromDescription().WithMetadata(new OpenMetadata());
    }

    private static void UseProxies(WebApplication app, ServerOptions options)
    {
        if (options.TrustedProxies.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
            forwarded.KnownProxies.Clear(); // loopback is in it by default, and so is every program of this machine
            forwarded.KnownIPNetworks.Clear();
            foreach (string proxy in options.TrustedProxies)
            {
                if (IPAddress.TryParse(proxy, out IPAddress? address))
                {
                    forwarded.KnownProxies.Add(address);
                }
                else
                {
                    forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
                }
            }

            app.UseForwardedHeaders(forwarded);
        }

        if (options.BasePath.Length > 0)
        {
            app.UsePathBase(options.BasePath);
        }
    }
}
