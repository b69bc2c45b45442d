using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OmgLlava.Tests;

namespace OmgLlava.Cluster.Tests;

/// <summary>Servers over one store, and the requests that tests send them.</summary>
internal sealed class ServerProcesses : IDisposable
{
    /// <summary>For tests that must not fail on a machine with much else to do: no server is given up for being slow.</summary>
    public static readonly string[] Patiently = ["--cluster-probe", "5"];

    private readonly IDisposable _keeper;
    private readonly string[] _more;

    private ServerProcesses(IDisposable keeper, string store, string[] more) => (_keeper, Store, _more) = (keeper, store, more);

    public List<ServerProcess> Servers { get; } = [];

    public string Store { get; }

    public HttpClient this[int server] => Servers[server].Client;

    public static string Picture(int number) =>
        Path.Combine(Repository.Root, "samples", "scenes", "images", $"{number:D6}.png");

    /// <summary>Starts some over Redis.</summary>
    public static async Task<ServerProcesses> StartAsync(int count, params string[] more)
    {
        RedisServer redis = await RedisServer.StartAsync();
        return await StartAsync(redis, $"redis:127.0.0.1:{redis.Port}", count, more);
    }

    /// <summary>Starts some over a store, which ends with them.</summary>
    public static async Task<ServerProcesses> StartAsync(IDisposable keeper, string store, int count, params string[] more)
    {
        var all = new ServerProcesses(keeper, store, more);
        for (int i = 0; i < count; i++)
        {
            await all.AddAsync();
        }

        return all;
    }

    /// <summary>Starts one more.</summary>
    public async Task<ServerProcess> AddAsync(string? store = null)
    {
        ServerProcess server = await ServerProcess.StartAsync(store ?? Store, _more);
        Servers.Add(server);
        return server;
    }

    /// <summary>Starts one more, of another build of the program.</summary>
    public async Task AddOtherAsync(string program) => Servers.Add(await ServerProcess.StartOtherAsync(program, Store));

    /// <summary>Starts one in the place of another, which is left to the caller. Clients may be asking meanwhile.</summary>
    /// <returns>The other one.</returns>
    public async Task<ServerProcess> ReplaceAsync(int server)
    {
        ServerProcess old = Servers[server];
        Servers[server] = await ServerProcess.StartAsync(Store, _more);
        return old;
    }

    /// <summary>Uploads a picture.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> UploadAsync(HttpClient server, int number) =>
        await UploadAsync(server, await File.ReadAllBytesAsync(Picture(number)));

    /// <summary>Uploads a PNG file.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> UploadAsync(HttpClient server, byte[] file)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new("image/png");
        using HttpResponseMessage answer = await server.PostAsync("/v1/images", content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["id"]!;
    }

    /// <summary>Asks about a picture.</summary>
    /// <returns>The answer, without what it took.</returns>
    public static async Task<string> AskAsync(HttpClient server, string picture, string question)
    {
        using HttpResponseMessage answer = await server.PostAsJsonAsync($"/v1/images/{picture}/chat", new { question });
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return WithoutTimes(text);
    }

    /// <summary>Asks in a conversation that the servers keep.</summary>
    /// <param name="server">Who is asked.</param>
    /// <param name="picture">The picture, for the first question.</param>
    /// <param name="previous">The response before; null for the first question.</param>
    /// <param name="question">The question.</param>
    /// <returns>The response's name and text.</returns>
    public static async Task<(string Id, string Text)> RespondAsync(
        HttpClient server, string picture, string? previous, string question)
    {
        object[] content = previous is null
            ? [new { type = "input_image", image_url = $"omg-image:{picture}" }, new { type = "input_text", text = question }]
            : [new { type = "input_text", text = question }];
        using HttpResponseMessage answer = await server.PostAsJsonAsync(
            "/v1/responses",
            new { model = "nano-drawn", previous_response_id = previous, input = new[] { new { role = "user", content } } });
        string text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}");
        }

        JsonNode json = JsonNode.Parse(text)!;
        return ((string)json["id"]!, (string)json["output"]![0]!["content"]![0]!["text"]!);
    }

    /// <summary>An answer without times, which differ.</summary>
    public static string WithoutTimes(string json)
    {
        JsonObject answer = JsonNode.Parse(json)!.AsObject();
        answer.Remove("timings");
        answer.Remove("seconds");
        return answer.ToJsonString();
    }

    /// <summary>The server that holds a picture.</summary>
    /// <param name="picture">Its name.</param>
    /// <param name="through">The server that is asked.</param>
    public async Task<int> HolderOfAsync(string picture, int through)
    {
        using HttpResponseMessage answer = await this[through].GetAsync($"/v1/images/{picture}");
        Assert.True(answer.IsSuccessStatusCode);
        string address = answer.Headers.GetValues("X-Served-By").Single();
        return Servers.FindIndex(server => server.Address == address);
    }

    public void Dispose()
    {
        Servers.ForEach(server => server.Dispose());
        _keeper.Dispose();
    }
}
