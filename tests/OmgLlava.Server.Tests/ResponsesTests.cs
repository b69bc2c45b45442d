using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Responses;

namespace OmgLlava.Tests.Server;

/// <summary>The Responses API: whole, as events, and going on from a response before.</summary>
public class ResponsesTests(SharedServer shared)
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task A_response_is_what_a_completion_is()
    {
        (int status, JsonElement body) = await _server.PostAsync("/v1/responses", Request(TinyModel.MaskQuestion));
        Assert.Equal((200, "response"), (status, body.GetProperty("object").GetString()));
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        Reply expected = await chat.AskAsync(TinyModel.MaskQuestion, options: new() { MaxNewTokens = 16 });
        JsonElement message = body.GetProperty("output")[0];
        Assert.Equal(expected.Text, message.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(expected.Segments.Count, message.GetProperty("grounding").GetArrayLength());
        Assert.Equal(expected.Complete ? "completed" : "incomplete", body.GetProperty("status").GetString());
        Assert.Equal(expected.Timings.ConversationTokens, body.GetProperty("usage").GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task The_events_are_numbered_and_end_with_the_whole()
    {
        List<(string Name, JsonElement Data)> events = await _server.StreamAsync(
            "/v1/responses",
            Request(TinyModel.MaskQuestion, stream: true)
        );
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one.Data.GetProperty("sequence_number").GetInt32()));
        Assert.All(events, one => Assert.Equal(one.Name, one.Data.GetProperty("type").GetString()));
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"],
            events.Take(4).Select(one => one.Name)
        );
        JsonElement whole = events[^1].Data.GetProperty("response");
        string text = whole.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
        Assert.Equal(
            text,
            string.Concat(
                events
                    .Where(one => one.Name == "response.output_text.delta")
                    .Select(one => one.Data.GetProperty("delta").GetString())
            )
        );
        Assert.Equal(
            whole.GetProperty("output")[0].GetProperty("grounding").GetArrayLength(),
            events.Count(one =>
                one.Name == "response.output_text.delta" && one.Data.GetProperty("grounding").ValueKind == JsonValueKind.Array
            )
        );
        Assert.Contains(events[^1].Name, (string[])["response.completed", "response.incomplete"]);
    }

    [Fact]
    public async Task A_conversation_goes_on_from_a_response_or_without_any_state()
    {
        (_, JsonElement first) = await _server.PostAsync("/v1/responses", Request("What is it?"));
        string id = first.GetProperty("id").GetString()!;
        (int status, JsonElement kept) = await _server.PostAsync(
            "/v1/responses",
            new
            {
                previous_response_id = id,
                input = "And now?",
                max_output_tokens = 8,
            }
        );
        Assert.Equal(200, status);
        string answer = first.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
        (_, JsonElement stateless) = await _server.PostAsync(
            "/v1/responses",
            new
            {
                store = false,
                max_output_tokens = 8,
                input = new object[]
                {
                    new
                    {
                        role = "user",
                        content = new object[]
                        {
                            new { type = "input_image", image_url = RunningServer.DataUri },
                            new { type = "input_text", text = "What is it?" },
                        },
                    },
                    new
                    {
                        type = "reasoning",
                        id = "r",
                        summary = Array.Empty<string>(),
                    },
                    new
                    {
                        type = "message",
                        id = "m",
                        status = "completed",
                        role = "assistant",
                        content = new object[]
                        {
                            new
                            {
                                type = "output_text",
                                text = answer,
                                annotations = Array.Empty<string>(),
                            },
                        },
                    },
                    new { role = "user", content = "And now?" },
                },
            }
        );
        Assert.Equal(Text(kept), Text(stateless));
        Assert.True(kept.GetProperty("usage").GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32() > 0);
        Assert.Equal(
            Text(first),
            Text(JsonDocument.Parse(await _server.Client.GetStringAsync($"/v1/responses/{id}")).RootElement)
        );
        Assert.Equal(200, (int)(await _server.Client.DeleteAsync($"/v1/responses/{id}")).StatusCode);
        (status, JsonElement gone) = await _server.PostAsync(
            "/v1/responses",
            new { previous_response_id = id, input = "And now?" }
        );
        Assert.Equal((404, "not_found"), (status, gone.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(
            404,
            (int)(await _server.Client.GetAsync($"/v1/responses/{stateless.GetProperty("id").GetString()}")).StatusCode
        );
    }

    [Fact]
    public async Task Responses_are_their_keys_alone()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { ApiKeys = ["one", "two"] }
        );
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "one");
        (_, JsonElement first) = await server.PostAsync("/v1/responses", new { input = "Hello", max_output_tokens = 4 });
        string path = $"/v1/responses/{first.GetProperty("id").GetString()}";
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "two");
        Assert.Equal(404, (int)(await server.Client.GetAsync(path)).StatusCode);
        Assert.Equal(404, (int)(await server.Client.DeleteAsync(path)).StatusCode);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "one");
        Assert.Equal(200, (int)(await server.Client.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("""{}""", "'input' is empty")]
    [InlineData("""{"input":5}""", "")]
    [InlineData("""{"input":[null]}""", "")]
    [InlineData("""{"input":[{"type":5}]}""", "")]
    [InlineData("""{"input":[{"type":"function_call","name":"f"}]}""", "")]
    [InlineData("""{"input":"a","tools":[{"type":"web_search"}]}""", "does not have tools")]
    [InlineData("""{"input":"a","frobnicate":1}""", "Unknown field 'frobnicate'")]
    [InlineData(
        """{"input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]}""",
        "cannot hold a part of type 'input_file'"
    )]
    [InlineData("""{"input":"a","text":{"format":{"type":"grammar"}}}""", "must be 'text'")]
    public async Task What_cannot_be_done_is_refused(string body, string reason)
    {
        using HttpResponseMessage response = await _server.Client.PostAsync(
            "/v1/responses",
            RunningServer.Bytes(System.Text.Encoding.UTF8.GetBytes(body), "application/json")
        );
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(
            reason,
            (await RunningServer.ReadAsync(response)).GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task OpenAIs_own_client_asks_streams_and_goes_on()
    {
        ResponsesClient client = new OpenAIClient(
            new ApiKeyCredential("any"),
            new OpenAIClientOptions { Endpoint = new Uri(_server.Address, "/v1") }
        ).GetResponsesClient();
        var options = new CreateResponseOptions(
            "golden",
            [
                ResponseItem.CreateUserMessageItem([
                    ResponseContentPart.CreateInputImagePart(new Uri(RunningServer.DataUri)),
                    ResponseContentPart.CreateInputTextPart("What is it?"),
                ]),
            ]
        )
        {
            MaxOutputTokenCount = 8,
        };
        ResponseResult first = await client.CreateResponseAsync(options);
        Assert.NotEmpty(first.GetOutputText());
        ResponseResult second = await client.CreateResponseAsync(
            new CreateResponseOptions("golden", [ResponseItem.CreateUserMessageItem("And now?")])
            {
                PreviousResponseId = first.Id,
                MaxOutputTokenCount = 8,
            }
        );
        Assert.NotEmpty(second.GetOutputText());
        string streamed = "";
        options.StreamingEnabled = true;
        await foreach (StreamingResponseUpdate update in await client.CreateResponseStreamingAsync(options))
        {
            streamed += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
        }

        Assert.Equal(first.GetOutputText(), streamed);
    }

    private static string Text(JsonElement response) =>
        response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;

    private static object Request(string question, bool stream = false) =>
        new
        {
            model = "golden",
            stream,
            max_output_tokens = 16,
            input = new object[]
            {
                new
                {
                    role = "user",
                    content = new object[]
                    {
                        new { type = "input_text", text = question },
                        new
                        {
                            type = "input_image",
                            image_url = RunningServer.DataUri,
                            detail = "auto",
                        },
                    },
                },
            },
        };
}
