using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace OmgLlava.Tests.Cli;

/// <summary><c>omg-llava mcp</c> as an MCP client starts it.</summary>
public class McpCommandTests(TinyModel tiny)
{
    private static readonly int[] Spot = [20, 20];

    [Fact]
    public async Task A_client_starts_the_program_and_points_at_a_file()
    {
        var options = new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "omg-llava.dll"), "mcp", "--model", tiny.Directory],
            Name = "omg-llava",
        };
        await using McpClient client = await McpClient.CreateAsync(new StdioClientTransport(options));
        Assert.Equal("omg-llava", client.ServerInfo?.Name);
        CallToolResult result = await client.CallToolAsync(
            "point",
            new Dictionary<string, object?> { ["image"] = TinyModel.PicturePath, ["point"] = Spot }
        );
        Assert.True(result.IsError != true);
        Assert.Contains("pixels", result.Content.OfType<TextContentBlock>().Single().Text, StringComparison.Ordinal);
        Assert.Single(result.Content.OfType<ImageContentBlock>());
        CallToolResult missing = await client.CallToolAsync(
            "ground",
            new Dictionary<string, object?> { ["image"] = "nowhere.png" }
        );
        Assert.True(missing.IsError);
        Assert.Contains(
            "'nowhere.png' cannot be read",
            missing.Content.OfType<TextContentBlock>().Single().Text,
            StringComparison.Ordinal
        );
    }
}
