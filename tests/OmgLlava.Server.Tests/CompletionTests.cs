using System.ClientModel;
using System.Text.Json;
using OmgLlava.Json;
using OmgLlava.Language;
using OpenAI;
using OpenAI.Chat;

namespace OmgLlava.Tests.Server;

/// <summary>OpenAI's shape, by hand and by OpenAI's own client, unmodified.</summary>
public class CompletionTests(SharedServer shared)
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 16 };

    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task A_completion_has_clean_text_and_grounding()
    {
        Reply expected = await Expected();
        (int status, JsonElement body) = await _server.PostAsync("/v1/chat/completions", Request());
        Assert.Equal(200, status);
        JsonElement choice = body.GetProperty("choices")[0];
        Assert.Equal("chat.completion", body.GetProperty("object").GetString());
        Assert.Equal(expected.Text, choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(expected.Segments.Count, choice.GetProperty("message").GetProperty("grounding").GetArrayLength());
        Assert.Equal(expected.Complete ? "stop" : "length", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(expected.Tokens.Count, body.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_gives_masks_as_they_come_and_ends_as_OpenAIs_does()
    {
        Reply expected = await Expected();
        using var content = new StringContent(
            JsonSerializer.Serialize(Request(stream: true), TestJson.Options),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using HttpResponseMessage response = await _server.Client.PostAsync("/v1/chat/completions", content);
        string[] lines =
        [
            .. (await response.Content.ReadAsStringAsync())
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line["data: ".Length..]),
        ];
        Assert.Equal("[DONE]", lines[^1]);
        JsonElement[] chunks = [.. lines.SkipLast(1).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(expected.Tokens.Count, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        JsonElement[] deltas = [.. chunks.SkipLast(1).Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))];
        Assert.Equal("assistant", deltas[0].GetProperty("role").GetString());
        Assert.Equal(
            expected.Text,
            string.Concat(deltas.Select(delta => delta.TryGetProperty("content", out JsonElement text) ? text.GetString() : ""))
        );
        Assert.Equal(
            expected.Segments.Count,
            deltas.Sum(delta => delta.TryGetProperty("grounding", out JsonElement entries) ? entries.GetArrayLength() : 0)
        );
    }

    [Fact]
    public async Task OpenAIs_own_client_asks_and_streams()
    {
        Reply expected = await Expected();
        ChatClient client = new OpenAIClient(
            new ApiKeyCredential("any"),
            new OpenAIClientOptions { Endpoint = new Uri(_server.Address, "/v1") }
        ).GetChatClient("golden");
        ChatMessage[] messages =
        [
            new UserChatMessage(
                ChatMessageContentPart.CreateTextPart(TinyModel.MaskQuestion),
                ChatMessageContentPart.CreateImagePart(
                    BinaryData.FromBytes(await File.ReadAllBytesAsync(TinyModel.PicturePath)),
                    "image/png"
                )
            ),
        ];
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 16, Temperature = 0 };
        ChatCompletion completion = await client.CompleteChatAsync(messages, options);
        Assert.Equal(expected.Text, completion.Content[0].Text);
        Assert.Equal(expected.Tokens.Count, completion.Usage.OutputTokenCount);
        string streamed = "";
        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync(messages, options))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal(expected.Text, streamed);
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await client.CompleteChatAsync([new AssistantChatMessage("no question")])
        );
        Assert.Equal(400, error.Status);
        Assert.Contains("must follow one of the user", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_are_referred_to_in_order_and_by_name()
    {
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        Reply expected = await chat.AskAsync(
            "Is <region> left of <mark>?",
            [VisualPrompt.Box(10, 10, 90, 60), VisualPrompt.Point(5, 6)],
            Short
        );
        var point = PromptJson.Of(VisualPrompt.Point(5, 6));
        var box = PromptJson.Of(VisualPrompt.Box(10, 10, 90, 60));
        object named = Request("Is <cup> left of <mark>?", [point, box with { Name = "cup" }]);
        object ordered = Request("Is <region> left of <mark>?", [box, point]);
        foreach (object request in (object[])[named, ordered])
        {
            (int status, JsonElement body) = await _server.PostAsync("/v1/chat/completions", request);
            Assert.Equal(200, status);
            Assert.Equal(expected.Text, body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        }
    }

    [Fact]
    public async Task Stop_texts_end_the_answer()
    {
        string text = (await Expected()).Text;
        string stop = text[3..5];
        string id = await _server.UploadAsync();
        (int status, JsonElement body) = await _server.PostAsync(
            $"/v1/images/{id}/chat",
            new
            {
                question = TinyModel.MaskQuestion,
                max_tokens = 16,
                stop = new[] { stop },
            }
        );
        Assert.Equal(200, status);
        Assert.DoesNotContain(stop, body.GetProperty("text").GetString()!, StringComparison.Ordinal);
        Assert.True(body.GetProperty("complete").GetBoolean());
    }

    private async Task<Reply> Expected()
    {
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        return await chat.AskAsync(TinyModel.MaskQuestion, options: Short);
    }

    private static object Request(string? question = null, PromptJson[]? prompts = null, bool stream = false) =>
        new
        {
            model = "golden",
            max_tokens = 16,
            stream,
            stream_options = stream ? new { include_usage = true } : null,
            messages = new[]
            {
                new
                {
                    role = "user",
                    content = new object[]
                    {
                        new { type = "text", text = question ?? TinyModel.MaskQuestion },
                        new { type = "image_url", image_url = new { url = RunningServer.DataUri } },
                    },
                    prompts,
                },
            },
        };
}
