using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Tests.Server;

/// <summary>A server of the real thing on a free port of this machine.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(WebApplication app)
    {
        App = app;
        Address = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(3) };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public OmgLlavaService Service => App.Services.GetRequiredService<OmgLlavaService>();

    public Admission Admission => App.Services.GetRequiredService<Admission>();

    public static async Task<RunningServer> StartAsync(
        OmgLlavaModel model,
        ServerOptions? options = null,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        options ??= new ServerOptions();
        // One worker computes with as many threads as the library alone, so that answers agree to the last digit.
        ServingOptions serving = options.Serving with
        {
            Workers = Math.Max(1, options.Serving.Workers),
        };
        WebApplication app = OmgLlavaServer.Create(
            model,
            options with
            {
                Port = 0,
                Serving = serving,
            },
            builder =>
            {
                builder.Logging.ClearProviders();
                configure?.Invoke(builder);
            }
        );
        await app.StartAsync();
        return new RunningServer(app);
    }

    /// <summary>Uploads the tests' picture.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UploadAsync()
    {
        using HttpResponseMessage response = await Client.PostAsync("/v1/images", Picture());
        return (await ReadAsync(response)).GetProperty("id").GetString()!;
    }

    /// <summary>What a request with this header is answered with.</summary>
    public async Task<HttpStatusCode> StatusAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await Client.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Sends JSON and reads JSON; any status.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, body, TestJson.Options);
        return ((int)response.StatusCode, await ReadAsync(response));
    }

    /// <summary>Reads the server-sent events of a stream.</summary>
    public async Task<List<(string Name, JsonElement Data)>> StreamAsync(string path, object body)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, body, TestJson.Options);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return
        [
            .. (await response.Content.ReadAsStringAsync())
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(block =>
                {
                    string[] lines = block.Split('\n');
                    return (lines[0]["event: ".Length..], JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement);
                }),
        ];
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    /// <summary>The tests' picture as a body.</summary>
    public static ByteArrayContent Picture() => Bytes(File.ReadAllBytes(TinyModel.PicturePath), "image/png");

    public static ByteArrayContent Bytes(byte[] content, string type) => new(content) { Headers = { { "Content-Type", type } } };

    public static string DataUri => $"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(TinyModel.PicturePath))}";

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
