using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
    public static WebApplication Create(OmgLlavaModel model, ServerOptions? options = null, Action<WebApplicationBuilder>? configure = null)
    {
        options ??= new ServerOptions();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear(); // files and variables of other programs do not change the server
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // it would log addresses
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(options.MinBodyBytesPerSecond, options.HeadersTimeout > Least ? options.HeadersTimeout : Least);
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        });
        builder.WebHost.UseUrls($"http://{(options.Host.Contains(':', StringComparison.Ordinal) ? $"[{options.Host}]" : options.Host)}:{options.Port}");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(_ => new OmgLlavaService(model, options.Serving));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<Protection>();
        builder.Services.AddSingleton<INameResolver, SystemNameResolver>();
        builder.Services.AddSingleton<RemotePictures>();
        builder.Services.AddSingleton<PictureSource>();
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
        ILogger log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OmgLlava.Server");
        app.Use((context, next) => RequestLog.InvokeAsync(context, _ => next(context), log));
        app.Use((context, next) => ErrorHandling.InvokeAsync(context, _ => next(context), log));
        Protection protection = app.Services.GetRequiredService<Protection>();
        app.Use((context, next) => protection.InvokeAsync(context, _ => next(context)));
        app.UseRouting();
        ServerOptions options = app.Services.GetRequiredService<ServerOptions>();
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors(policy => policy.WithOrigins([.. options.CorsOrigins]).WithMethods("GET", "POST", "DELETE").WithHeaders("Authorization", "Content-Type"));
        }

        Admission admission = app.Services.GetRequiredService<Admission>();
        app.Use((context, next) => admission.InvokeAsync(context, _ => next(context)));
        ModelEndpoints.Map(app);
        ImageEndpoints.Map(app);
        ChatEndpoints.Map(app);
        CompletionEndpoints.Map(app);
        SampleEndpoints.Map(app);
        HealthEndpoints.Map(app);
        app.MapOpenApi("/openapi/v1.json").ExcludeFromDescription();
        PageEndpoints.Map(app);
    }
}
