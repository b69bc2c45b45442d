using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using OmgLlava.Server.Hosting;
using OmgLlava.Server.Mcp;
using OmgLlava.Serving;

namespace OmgLlava.Server;

/// <summary>The model as tools for programs that speak the Model Context Protocol, over standard input and output.</summary>
public static class OmgLlavaMcp
{
    // What the tools take and give, beside what the protocol itself has.
    private static readonly JsonSerializerOptions ToolJson = new(McpJsonUtilities.DefaultOptions)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(McpJsonUtilities.DefaultOptions.TypeInfoResolver, ServerJson.Default),
    };

    /// <summary>Serves until the client goes. Standard output is the protocol's; nothing else may write to it.</summary>
    /// <param name="model">The model; the caller disposes it, afterwards.</param>
    /// <param name="options">Limits, and hosts whose pictures may be fetched; null for the defaults.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RunAsync(
        OmgLlavaModel model,
        ServerOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new ServerOptions();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(_ => new OmgLlavaService(model, options.Serving));
        builder.Services.AddSingleton<INameResolver, SystemNameResolver>();
        builder.Services.AddSingleton<RemotePictures>();
        builder.Services.AddSingleton<PictureSource>();
        AddTools(builder.Services, files: true).WithStdioServerTransport();
        using IHost host = builder.Build();
        await host.RunAsync(cancellation);
    }

    /// <summary>Adds the tools to a server, whatever it speaks over.</summary>
    internal static IMcpServerBuilder AddTools(IServiceCollection services, bool files)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(new McpFiles(files));
        services.AddSingleton<McpPictures>();
        return services
            .AddMcpServer(server =>
                server.ServerInfo = new()
                {
                    Name = "omg-llava",
                    Version = typeof(OmgLlavaMcp).Assembly.GetName().Version?.ToString(3) ?? "1",
                }
            )
            .WithTools<McpTools>(ToolJson);
    }
}
