using System.Text;
using System.Text.Json;

namespace OmgLlava.Tests.Server;

/// <summary>What clients send without meaning much by it is no reason to refuse them.</summary>
public class ClientFieldTests(SharedServer shared)
{
    private readonly RunningServer _server = shared.Server;

    [Theory]
    [InlineData("\"n\":null")]
    [InlineData("\"n\":1")]
    [InlineData("\"response_format\":null")]
    [InlineData("\"response_format\":{\"type\":\"text\"}")]
    [InlineData("\"top_logprobs\":0")]
    [InlineData("\"logprobs\":false,\"top_logprobs\":null")]
    [InlineData("\"tool_choice\":\"none\"")]
    [InlineData("\"tool_choice\":\"none\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]")]
    [InlineData("\"tools\":[],\"tool_choice\":\"auto\"")]
    [InlineData("\"tools\":null,\"functions\":null,\"audio\":null")]
    [InlineData("\"max_tokens\":-1")]
    [InlineData("\"keep_alive\":\"5m\",\"options\":{\"num_ctx\":4096}")]
    [InlineData("\"seed\":-1,\"stop\":null,\"temperature\":null,\"top_p\":null")]
    [InlineData("\"top_k\":40,\"min_p\":0.05,\"repeat_penalty\":1.1,\"temperature\":0.8,\"seed\":3")]
    [InlineData("\"top_k\":-1,\"repetition_penalty\":1.2")]
    [InlineData("\"stream\":null,\"stream_options\":null,\"user\":\"me\",\"store\":true,\"reasoning_effort\":\"low\"")]
    public async Task A_field_that_changes_nothing_or_is_known_is_taken(string fields)
    {
        await AssertAnswered(
            $$"""{"max_completion_tokens":4,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]}],{{fields}} }"""
        );
    }

    [Theory]
    [InlineData("\"annotations\":[],\"refusal\":null,\"audio\":null,\"function_call\":null,\"tool_calls\":null")]
    [InlineData("\"reasoning_content\":\"hm\",\"reasoning\":null")]
    [InlineData("\"id\":\"x\",\"provider_specific_fields\":{\"a\":1},\"name\":\"omg\"")]
    public async Task An_answer_may_be_echoed_with_all_that_came_with_it(string fields)
    {
        await AssertAnswered(
            $$"""
            {"max_tokens":4,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?","cache_control":null}]},
             {"role":"assistant","content":"A cat.",{{fields}} },{"role":"user","content":"And now?"}]}
            """
        );
    }

    [Fact]
    public async Task A_picture_comes_as_clients_write_it()
    {
        string bare = RunningServer.DataUri.TrimEnd('=');
        foreach (
            string part in new[]
            {
                $$"""{"type":"image_url","image_url":"{{RunningServer.DataUri}}"}""", // the address alone
                $$"""{"type":"image_url","image_url":{"url":"{{bare}}","detail":"low"} }""", // no padding
                $$"""{"type":"image_url","image_url":{"url":"{{RunningServer.DataUri.Replace("image/png", "application/octet-stream", StringComparison.Ordinal)}}"} }""",
            }
        )
        {
            await AssertAnswered(
                $$"""{"max_tokens":4,"messages":[{"role":"user","content":[{{part}},{"type":"text","text":"What is it?"}]}]}"""
            );
        }
    }

    [Fact]
    public async Task A_picture_without_words_asks_what_it_shows()
    {
        JsonElement silent = await AssertAnswered($$"""{"max_tokens":8,"messages":[{"role":"user","content":[{{Picture}}]}]}""");
        JsonElement asked = await AssertAnswered(
            $$"""{"max_tokens":8,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"{{Questions.Caption}}"}]}]}"""
        );
        Assert.Equal(Text(asked), Text(silent));
    }

    [Fact]
    public async Task Words_alone_are_answered_by_the_language_model_alone()
    {
        JsonElement answer = await AssertAnswered(
            """{"max_tokens":4,"messages":[{"role":"system","content":"Write a title."},{"role":"user","content":"a cat and a dog"},{"role":"assistant","content":"Pets"},{"role":"user","content":"another"}]}"""
        );
        Assert.Equal(0, answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("image_tokens").GetInt32());
        Assert.Empty(answer.GetProperty("choices")[0].GetProperty("message").GetProperty("grounding").EnumerateArray());
        (int status, JsonElement pointing) = await PostAsync(
            """{"messages":[{"role":"user","content":"What is <mark>?","prompts":[{"point":[1,2]}]}]}"""
        );
        Assert.Equal(400, status);
        Assert.Contains(
            "has no picture",
            pointing.GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_second_picture_in_a_later_turn_is_what_follows_is_about()
    {
        byte[] pixels = new byte[3 * 40 * 30];
        new Random(1).NextBytes(pixels);
        string other =
            $$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{Convert.ToBase64String(OmgLlava.Imaging.ImageFile.EncodePng(new OmgLlava.Imaging.RgbImage(40, 30, pixels)))}}"} }""";
        JsonElement two = await AssertAnswered(
            $$"""
            {"max_tokens":8,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]},{"role":"assistant","content":"A cat."},
             {"role":"user","content":[{{other}},{"type":"text","text":"And this?"}],"prompts":[{"point":[39,29]}]}]}
            """
        );
        JsonElement alone = await AssertAnswered(
            $$"""{"max_tokens":8,"messages":[{"role":"user","content":[{{other}},{"type":"text","text":"And this?"}],"prompts":[{"point":[39,29]}]}]}"""
        );
        Assert.Equal(Text(alone), Text(two));
        JsonElement same = await AssertAnswered(
            $$"""
            {"max_tokens":8,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]},{"role":"assistant","content":"A cat."},{"role":"user","content":[{{Picture}},{"type":"text","text":"Sure?"}]}]}
            """
        );
        // the conversation went on
        Assert.True(
            same.GetProperty("usage").GetProperty("prompt_tokens").GetInt32()
                > alone.GetProperty("usage").GetProperty("prompt_tokens").GetInt32()
        );
        (int status, JsonElement body) = await PostAsync(
            $$"""{"messages":[{"role":"user","content":[{{Picture}},{{other}},{"type":"text","text":"Compare."}]}]}"""
        );
        Assert.Equal(400, status);
        Assert.Contains(
            "it can be about one",
            body.GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Intent_is_found_in_the_words_on_every_route()
    {
        string id = await _server.UploadAsync();
        (_, JsonElement wanted) = await _server.PostAsync(
            $"/v1/images/{id}/chat",
            new
            {
                task = "segment",
                question = "the cat",
                max_tokens = 16,
            }
        );
        (_, JsonElement native) = await _server.PostAsync(
            $"/v1/images/{id}/chat",
            new { question = "Segment the cat", max_tokens = 16 }
        );
        JsonElement openAi = await AssertAnswered(
            $$"""
            {"max_tokens":16,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":[{{Picture}},{"type":"text","text":"Could you segment the cat, please?"}]}]}
            """
        );
        Assert.Equal(Boxes(wanted.GetProperty("grounding")), Boxes(native.GetProperty("grounding")));
        Assert.Equal(
            Boxes(wanted.GetProperty("grounding")),
            Boxes(openAi.GetProperty("choices")[0].GetProperty("message").GetProperty("grounding"))
        );
        Assert.NotEmpty(Boxes(wanted.GetProperty("grounding")));

        static string[] Boxes(JsonElement grounding) =>
            [
                .. grounding
                    .EnumerateArray()
                    .Select(entry => $"{entry.GetProperty("found")} {entry.GetProperty("box")} {entry.GetProperty("area")}"),
            ];
    }

    [Fact]
    public async Task Several_answers_each_have_their_own_draw()
    {
        JsonElement answer = await AssertAnswered(
            $$"""{"max_tokens":8,"n":3,"temperature":5,"seed":1,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]}]}"""
        );
        string[] texts =
        [
            .. answer
                .GetProperty("choices")
                .EnumerateArray()
                .Select(choice => choice.GetProperty("message").GetProperty("content").GetString()!),
        ];
        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal(
            [0, 1, 2],
            answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32())
        );
        (int status, _) = await PostAsync($$"""{"n":9,"messages":[{"role":"user","content":[{{Picture}}]}]}""");
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Log_probabilities_are_those_of_the_tokens()
    {
        JsonElement answer = await AssertAnswered(
            $$"""{"max_tokens":6,"logprobs":true,"top_logprobs":3,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]}]}"""
        );
        JsonElement[] tokens =
        [
            .. answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray(),
        ];
        Assert.Equal(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), tokens.Length);
        Assert.All(
            tokens,
            token =>
            {
                double[] best =
                [
                    .. token
                        .GetProperty("top_logprobs")
                        .EnumerateArray()
                        .Select(entry => entry.GetProperty("logprob").GetDouble()),
                ];
                Assert.Equal(3, best.Length);
                Assert.Equal(best.OrderDescending(), best);
                Assert.Equal(best[0], token.GetProperty("logprob").GetDouble(), 6); // greedy
                Assert.InRange(best.Sum(Math.Exp), 0, 1.000001);
            }
        );
    }

    [Fact]
    public async Task An_answer_is_kept_to_a_schema()
    {
        JsonElement answer = await AssertAnswered(
            $$"""
            {"max_tokens":200,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]}],
             "response_format":{"type":"json_schema","json_schema":{"name":"thing","strict":true,"schema":{"type":"object","properties":
              {"colour":{"enum":["red","green"]},"count":{"type":"integer"},"round":{"type":"boolean"} },"required":["colour","count","round"],"additionalProperties":false} } } }
            """
        );
        JsonElement thing = JsonDocument.Parse(Text(answer)).RootElement;
        Assert.Contains(thing.GetProperty("colour").GetString(), (string[])["red", "green"]);
        Assert.True(thing.GetProperty("count").TryGetInt64(out _));
        Assert.Equal("stop", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        (int status, JsonElement body) = await PostAsync(
            $$"""{"messages":[{"role":"user","content":[{{Picture}}]}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"string","pattern":"a"} } } }"""
        );
        Assert.Equal(400, status);
        Assert.Contains("'pattern'", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_counts_the_whole_conversation_and_what_was_remembered()
    {
        JsonElement first = await AssertAnswered(
            $$"""{"max_tokens":8,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"How does usage count?"}]}]}"""
        );
        JsonElement second = await AssertAnswered(
            $$"""
            {"max_tokens":8,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"How does usage count?"}]},
             {"role":"assistant","content":{{JsonSerializer.Serialize(Text(first))}} },{"role":"user","content":"And now?"}]}
            """
        );
        JsonElement usage = second.GetProperty("usage");
        int before = first.GetProperty("usage").GetProperty("total_tokens").GetInt32();
        Assert.True(usage.GetProperty("prompt_tokens").GetInt32() > before);
        // the last token of an answer is read with the next question
        Assert.Equal(before - 1, usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        Assert.True(usage.GetProperty("prompt_tokens_details").GetProperty("image_tokens").GetInt32() > 0);
        Assert.Equal(0, first.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stop_text_cuts_exactly_where_it_begins_also_in_streams()
    {
        string whole = Text(
            await AssertAnswered(
                $$"""{"max_tokens":24,"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]}]}"""
            )
        );
        foreach (int at in (int[])[1, whole.Length / 3, whole.Length / 2])
        {
            string stop = whole[at..Math.Min(whole.Length, at + 3)];
            string expected = whole[..whole.IndexOf(stop, StringComparison.Ordinal)];
            string request =
                $$"""{"max_tokens":24,"stop":{{JsonSerializer.Serialize(stop)}},"messages":[{"role":"user","content":[{{Picture}},{"type":"text","text":"What is it?"}]}]""";
            JsonElement answer = await AssertAnswered($"{request}}}");
            Assert.Equal(
                (expected, "stop"),
                (Text(answer), answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString())
            );
            using HttpResponseMessage response = await _server.Client.PostAsync(
                "/v1/chat/completions",
                new StringContent($"{request},\"stream\":true}}", Encoding.UTF8, "application/json")
            );
            string streamed = string.Concat(
                (await response.Content.ReadAsStringAsync())
                    .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                    .SkipLast(1)
                    .Select(line =>
                        JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("choices")[0].GetProperty("delta")
                    )
                    .Select(delta => delta.TryGetProperty("content", out JsonElement text) ? text.GetString() : "")
            );
            Assert.Equal(expected, streamed);
        }
    }

    [Fact]
    public async Task A_full_context_is_said_and_not_answered_with_a_word()
    {
        string[] turns =
        [
            .. Enumerable
                .Range(0, 90)
                .Select(i =>
                    $$"""{"role":"user","content":"And the {{i}}th thing in this picture, what is it and where?"},{"role":"assistant","content":"It is a thing that lies to the left of another thing and above a third one."}"""
                ),
        ];
        (int status, JsonElement body) = await PostAsync(
            $$"""{"messages":[{"role":"user","content":[{{Picture}}]},{"role":"assistant","content":"A cat."},{{string.Join(',', turns)}},{"role":"user","content":"And?"}]}"""
        );
        Assert.Equal(400, status);
        Assert.Equal("context_length_exceeded", body.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains(
            "start a new chat",
            body.GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    private static string Picture { get; } = $$"""{"type":"image_url","image_url":{"url":"{{RunningServer.DataUri}}"} }""";

    private static string Text(JsonElement answer) =>
        answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private async Task<JsonElement> AssertAnswered(string body)
    {
        (int status, JsonElement answer) = await PostAsync(body);
        Assert.Equal((200, ""), (status, status == 200 ? "" : answer.ToString()));
        return answer;
    }

    private async Task<(int Status, JsonElement Body)> PostAsync(string body)
    {
        using HttpResponseMessage response = await _server.Client.PostAsync(
            "/v1/chat/completions",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        return ((int)response.StatusCode, await RunningServer.ReadAsync(response));
    }
}
