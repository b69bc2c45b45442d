using System.CommandLine;
using OmgLlava.Server;

namespace OmgLlava.Cli.Commands;

/// <summary><c>omg-llava mcp</c>: the model as tools for MCP clients, over standard input and output.</summary>
internal static class McpCommand
{
    private static readonly Option<string[]> ImageHost = new("--allow-image-host")
    {
        Description = "Fetch pictures of this host by https; may be given several times. Files of this machine are read without.",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new Command("mcp", "Serve the model as tools to an MCP client, over standard input and output.")
        {
            ImageHost,
        };
        CommonOptions.AddModel(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using OmgLlavaModel model = CommonOptions.Load(parsed, cancellation);
        await OmgLlavaMcp.RunAsync(model, new ServerOptions { ImageHosts = parsed.GetValue(ImageHost) ?? [] }, cancellation);
        return CommandLine.Success;
    }
}
