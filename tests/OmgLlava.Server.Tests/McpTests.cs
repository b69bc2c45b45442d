using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Server;

/// <summary>The tools as an MCP client sees them, by the protocol's own C# client.</summary>
public class McpTests(SharedServer shared)
{
    private static readonly int[] Spot = [20, 20];
    private static readonly int[] Outside = [900, 20];

    [Fact]
    public async Task A_client_over_HTTP_finds_the_tools_and_gets_words_JSON_and_a_picture()
    {
        await using McpClient client = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(shared.Server.Address, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                }
            )
        );
        IList<McpClientTool> tools = await client.ListToolsAsync();
        Assert.Equal(["ask", "describe", "ground", "panoptic", "point", "segment"], tools.Select(tool => tool.Name).Order());
        Assert.All(tools, tool => Assert.NotEmpty(tool.Description));
        using PerceivedImage seen = shared.Model.Perceive(TinyModel.Picture);
        long area = shared.Model.Interactive(seen, [VisualPrompt.Point(20, 20)])[0].Mask!.Area;
        CallToolResult point = await CallAsync(client, "point", new() { ["image"] = RunningServer.DataUri, ["point"] = Spot });
        Assert.Equal(area, Structure(point).GetProperty("segments")[0].GetProperty("area").GetInt64());
        Assert.Contains($"{area} pixels", Text(point), StringComparison.Ordinal);
        RgbImage overlay = ImageFile.Decode(point.Content.OfType<ImageContentBlock>().Single().DecodedData.ToArray(), "overlay");
        Assert.Equal((150, 100), (overlay.Width, overlay.Height));
        Assert.NotEqual(TinyModel.Picture.Pixels.ToArray(), overlay.Pixels.ToArray());
        CallToolResult segment = await CallAsync(
            client,
            "segment",
            new() { ["image"] = RunningServer.DataUri, ["expression"] = "the cat" }
        );
        Assert.True(Structure(segment).GetProperty("grounding").GetArrayLength() > 0);
        foreach (string tool in (string[])["describe", "ground", "panoptic"])
        {
            Assert.NotEqual(
                JsonValueKind.Undefined,
                Structure(await CallAsync(client, tool, new() { ["image"] = RunningServer.DataUri })).ValueKind
            );
        }
    }

    [Fact]
    public async Task A_mistake_is_the_tools_own_error_in_one_sentence()
    {
        await using McpClient client = await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(shared.Server.Address, "/mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                }
            )
        );
        foreach (
            (string tool, Dictionary<string, object?> arguments, string reason) in new[]
            {
                (
                    "point",
                    new Dictionary<string, object?> { ["image"] = RunningServer.DataUri, ["point"] = Outside },
                    "lies outside the image"
                ),
                ("point", new() { ["image"] = RunningServer.DataUri }, "Give a 'point' or a 'box'"),
                ("segment", new() { ["image"] = RunningServer.DataUri, ["expression"] = " " }, "The expression is empty"),
                ("ground", new() { ["image"] = "/etc/passwd" }, "must be a data URI"), // a server reads no files
                ("ground", new() { ["image"] = "omg-image:img-0" }, "There is no picture"),
            }
        )
        {
            CallToolResult result = await client.CallToolAsync(tool, arguments);
            Assert.True(result.IsError);
            Assert.Contains(reason, Text(result), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_tools_need_the_key()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Model, new ServerOptions { ApiKeys = ["key"] });
        foreach (string path in (string[])["/mcp", "/metrics", "/x-anylabeling/v1/models", "/v1/models"])
        {
            using HttpResponseMessage response =
                path == "/mcp"
                    ? await server.Client.PostAsync(path, RunningServer.Bytes("{}"u8.ToArray(), "application/json"))
                    : await server.Client.GetAsync(path);
            Assert.Equal((path, System.Net.HttpStatusCode.Unauthorized), (path, response.StatusCode));
        }

        var options = new HttpClientTransportOptions
        {
            Endpoint = new Uri(server.Address, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer key" },
        };
        await using McpClient client = await McpClient.CreateAsync(new HttpClientTransport(options));
        Assert.NotEmpty(await client.ListToolsAsync());
    }

    private static async Task<CallToolResult> CallAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        CallToolResult result = await client.CallToolAsync(tool, arguments);
        Assert.True(result.IsError != true, Text(result));
        return result;
    }

    private static JsonElement Structure(CallToolResult result) => JsonSerializer.SerializeToElement(result.StructuredContent);

    private static string Text(CallToolResult result) =>
        string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
