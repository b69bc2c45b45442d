using System.ClientModel;
using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI;

namespace OmgLlava.Tests.Server;

/// <summary>Client libraries, unmodified.</summary>
public class ClientLibraryTests(SharedServer shared)
{
    private readonly RunningServer _server = shared.Server;

    private OpenAIClient OpenAi =>
        new(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(_server.Address, "/v1") });

    [Fact]
    public async Task Microsoft_Extensions_AI_asks_and_streams()
    {
        using IChatClient client = OpenAi.GetChatClient("golden").AsIChatClient();
        Microsoft.Extensions.AI.ChatMessage[] messages =
        [
            new(ChatRole.System, "You are a helpful assistant."),
            new(
                ChatRole.User,
                [
                    new DataContent(await File.ReadAllBytesAsync(TinyModel.PicturePath), "image/png"),
                    new Microsoft.Extensions.AI.TextContent("What is it?"),
                ]
            ),
        ];
        var options = new ChatOptions
        {
            MaxOutputTokens = 8,
            Temperature = 0,
            TopP = 1,
            Seed = 3,
            StopSequences = ["\u0001"],
            ResponseFormat = ChatResponseFormat.Text,
        };
        ChatResponse response = await client.GetResponseAsync(messages, options);
        Assert.NotEmpty(response.Text);
        Assert.True(response.Usage!.InputTokenCount > 0);
        Assert.Equal(response.Text, (await client.GetStreamingResponseAsync(messages, options).ToChatResponseAsync()).Text);
        ChatResponse<Thing> typed = await client.GetResponseAsync<Thing>(
            messages,
            new ChatOptions { MaxOutputTokens = 200, Temperature = 0 }
        );
        Assert.InRange(typed.Result.Colour, Colour.Red, Colour.Green);
    }

    [Fact]
    public async Task Semantic_Kernel_asks_and_streams()
    {
        Kernel kernel = Kernel.CreateBuilder().AddOpenAIChatCompletion("golden", OpenAi).Build();
        IChatCompletionService chat = kernel.GetRequiredService<IChatCompletionService>();
        var history = new ChatHistory("You are a helpful assistant.");
        history.AddUserMessage([
            new ImageContent(await File.ReadAllBytesAsync(TinyModel.PicturePath), "image/png"),
            new Microsoft.SemanticKernel.TextContent("What is it?"),
        ]);
        var settings = new PromptExecutionSettings
        {
            ExtensionData = new Dictionary<string, object> { ["max_tokens"] = 8, ["temperature"] = 0 },
        };
        ChatMessageContent answer = await chat.GetChatMessageContentAsync(history, settings, kernel);
        Assert.NotEmpty(answer.Content!);
        string streamed = "";
        await foreach (StreamingChatMessageContent piece in chat.GetStreamingChatMessageContentsAsync(history, settings, kernel))
        {
            streamed += piece.Content;
        }

        Assert.Equal(answer.Content, streamed);
        history.Add(answer);
        history.AddUserMessage("And now?");
        Assert.NotEmpty((await chat.GetChatMessageContentAsync(history, settings, kernel)).Content!);
    }

    /// <summary>openai-js, Vercel's ai and LangChain.js with their packages from npm, which are fetched once: dotnet run ...
    /// -explicit only -trait Category=Slow</summary>
    [Fact(Explicit = true), Trait("Category", "Slow")]
    public async Task Clients_of_JavaScript_ask_stream_and_use_tools()
    {
        Assert.SkipUnless(Has("node") && Has("npm"), "Node.js and npm are not installed here.");
        string folder = Path.Combine(Repository.Tests, "js-clients");
        string cache = Path.Combine(Path.GetTempPath(), "omg-llava-js-clients");
        Directory.CreateDirectory(cache);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Combine(cache, Path.GetFileName(file)), overwrite: true);
        }

        (int code, string output) = await RunAsync(cache, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"]);
        Assert.True(code == 0, output);
        foreach (string script in Directory.EnumerateFiles(cache, "*.mjs").Order())
        {
            (code, output) = await RunAsync(
                cache,
                "node",
                [Path.GetFileName(script), _server.Address.ToString().TrimEnd('/'), TinyModel.PicturePath]
            );
            Assert.True(code == 0, $"{Path.GetFileName(script)}: {output}");
        }
    }

    private static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<(int Code, string Output)> RunAsync(string folder, string program, string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private enum Colour
    {
        Red,
        Green,
    }

    private sealed record Thing(Colour Colour, bool Round);
}
