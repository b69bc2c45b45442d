using System.Text.Json;
using OmgLlava.Json;
using OmgLlava.Language;

namespace OmgLlava.Tests.Server;

/// <summary>Answers over HTTP are the library's own.</summary>
public class ChatApiTests(SharedServer shared)
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 16 };

    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task An_answer_is_the_librarys_whole_or_in_pieces()
    {
        string id = await _server.UploadAsync();
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        Reply expected = await chat.AskAsync(TinyModel.MaskQuestion, options: Short);
        (int status, JsonElement whole) = await _server.PostAsync(
            $"/v1/images/{id}/chat",
            new { question = TinyModel.MaskQuestion, max_tokens = 16 }
        );
        Assert.Equal(200, status);
        AssertSame(expected, whole);

        List<(string Name, JsonElement Data)> events = await _server.StreamAsync(
            $"/v1/images/{id}/chat",
            new
            {
                question = TinyModel.MaskQuestion,
                max_tokens = 16,
                stream = true,
            }
        );
        Assert.Equal(("start", "done"), (events[0].Name, events[^1].Name));
        AssertSame(expected, events[^1].Data);
        Assert.Equal(
            expected.Text,
            string.Concat(events.Where(e => e.Name == "text").Select(e => e.Data.GetProperty("text").GetString()))
        );
        JsonElement[] segments = [.. events.Where(e => e.Name == "segment").Select(e => e.Data)];
        Assert.Equal([0, 1], segments.Select(segment => segment.GetProperty("index").GetInt32()));
        // Masks are decoded beside the text, which in so small a model may be over first; that one comes as soon as it is there
        // is seen in ImageChatTests.
    }

    [Fact]
    public async Task A_conversation_goes_on_where_it_was_and_pays_for_its_own_tokens_only()
    {
        string id = await _server.UploadAsync();
        VisualPrompt prompt = VisualPrompt.Point(30, 40);
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        Reply first = await chat.AskAsync("What is it, once?", options: Short);
        Reply second = await chat.AskAsync("And <mark>?", [prompt], Short);
        (_, JsonElement answer) = await _server.PostAsync(
            $"/v1/images/{id}/chat",
            new { question = "What is it, once?", max_tokens = 16 }
        );
        AssertSame(first, answer);
        var turn = new
        {
            question = "What is it, once?",
            answer = new { text = answer.GetProperty("text").GetString(), grounding = answer.GetProperty("grounding") },
        };
        var next = new
        {
            question = "And <mark>?",
            prompts = new[] { PromptJson.Of(prompt) },
            history = new[] { turn },
            max_tokens = 16,
        };
        // the second time the remembered conversation is one turn too long, and is rewound
        for (int again = 0; again < 2; again++)
        {
            (int status, answer) = await _server.PostAsync($"/v1/images/{id}/chat", next);
            Assert.Equal(200, status);
            AssertSame(second, answer);
            Assert.Equal(second.Timings.PromptTokens, answer.GetProperty("timings").GetProperty("prompt_tokens").GetInt32());
        }
    }

    [Fact]
    public async Task A_conversation_that_was_dropped_goes_on_as_if_it_had_not_been()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { Serving = new() { ChatBytes = 0 } }
        );
        string id = await server.UploadAsync();
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        await chat.AskAsync(TinyModel.MaskQuestion, options: Short);
        Reply second = await chat.AskAsync("And now?", options: Short);
        (_, JsonElement answer) = await server.PostAsync(
            $"/v1/images/{id}/chat",
            new { question = TinyModel.MaskQuestion, max_tokens = 16 }
        );
        Assert.Equal(0, server.Service.ChatBytes);
        var history = new[]
        {
            new
            {
                question = TinyModel.MaskQuestion,
                answer = new { text = answer.GetProperty("text").GetString(), grounding = answer.GetProperty("grounding") },
            },
        };
        (_, answer) = await server.PostAsync(
            $"/v1/images/{id}/chat",
            new
            {
                question = "And now?",
                history,
                max_tokens = 16,
            }
        );
        Assert.Equal(second.Text, answer.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_history_that_the_server_does_not_know_is_read_again()
    {
        string id = await _server.UploadAsync();
        var history = new[]
        {
            new
            {
                question = "Hello?",
                answer = new { text = "A cat sits here.", grounding = new[] { new { start = 0, end = 5 } } },
            },
        };
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        await chat.AddTurnAsync(new ChatTurn("Hello?", [], Reply.Of("A cat sits here.", [(0, 5)])));
        Reply expected = await chat.AskAsync("What else?", options: Short);
        (int status, JsonElement answer) = await _server.PostAsync(
            $"/v1/images/{id}/chat",
            new
            {
                question = "What else?",
                history,
                max_tokens = 16,
            }
        );
        Assert.Equal(200, status);
        AssertSame(expected, answer);
    }

    [Fact]
    public async Task Tasks_ask_in_the_words_of_the_training_and_say_what_is_missing()
    {
        string id = await _server.UploadAsync();
        var questions = new Dictionary<string, object>
        {
            [Questions.Segment("the zebra")] = new
            {
                task = "segment",
                question = "the zebra",
                max_tokens = 1,
                stream = true,
            },
            [Questions.Ground] = new
            {
                task = "ground",
                max_tokens = 1,
                stream = true,
            },
            [Questions.Caption] = new
            {
                task = "caption",
                max_tokens = 1,
                stream = true,
            },
            [Questions.Describe(VisualPrompt.Point(3, 4))] = new
            {
                task = "describe",
                prompts = new[] { new { point = new[] { 3, 4 } } },
                max_tokens = 1,
                stream = true,
            },
        };
        foreach ((string expected, object request) in questions)
        {
            List<(string Name, JsonElement Data)> events = await _server.StreamAsync($"/v1/images/{id}/chat", request);
            Assert.Equal(expected, events[0].Data.GetProperty("question").GetString());
            if (expected == Questions.Segment("the zebra"))
            {
                JsonElement missing = events[^1].Data.GetProperty("grounding")[0];
                Assert.Equal(
                    (false, "the zebra"),
                    (missing.GetProperty("found").GetBoolean(), missing.GetProperty("phrase").GetString())
                );
            }
        }
    }

    [Fact]
    public async Task Thirty_questions_at_once_get_the_answers_that_each_gets_alone()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { Serving = new() { Workers = 2 } }
        );
        string id = await server.UploadAsync();
        string[] questions = [.. Enumerable.Range(0, 30).Select(i => $"Question number {i}: what is there?")];
        var alone = new List<string>();
        foreach (string question in questions)
        {
            alone.Add(await Ask(question));
        }

        Assert.Equal(alone, await Task.WhenAll(questions.Select(Ask)));

        async Task<string> Ask(string question)
        {
            (_, JsonElement body) = await server.PostAsync($"/v1/images/{id}/chat", new { question, max_tokens = 16 });
            return body.GetProperty("text").GetString() + string.Concat(Grounding(body).Select(WithoutScore));
        }
    }

    [Fact]
    public async Task Many_who_go_on_from_the_same_turn_at_once_get_the_same_answer()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            shared.Model,
            new ServerOptions { Serving = new() { Workers = 2 } }
        );
        string id = await server.UploadAsync();
        (_, JsonElement first) = await server.PostAsync(
            $"/v1/images/{id}/chat",
            new { question = "What is it?", max_tokens = 3 }
        );
        var history = new[]
        {
            new
            {
                question = "What is it?",
                answer = new { text = first.GetProperty("text").GetString(), grounding = first.GetProperty("grounding") },
            },
        };
        (int Status, string? Text)[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    (int Status, string? Text) answer = default;
                    for (int again = 0; again < 25 && answer.Status is 0 or 200; again++)
                    {
                        (int status, JsonElement body) = await server.PostAsync(
                            $"/v1/images/{id}/chat",
                            new
                            {
                                question = "And now?",
                                history,
                                max_tokens = 2,
                            }
                        );
                        answer = (status, body.TryGetProperty("text", out JsonElement text) ? text.GetString() : body.ToString());
                    }

                    return answer;
                })
        );
        (int only, _) = Assert.Single(answers.Distinct());
        Assert.Equal(200, only);
    }

    /// <summary>A conversation goes on after every task, also those that have no words, and after answers without
    /// words.</summary>
    [Theory]
    [InlineData("""{"task":"ground","answer":{"text":"A cat.","grounding":[{"start":0,"end":5}]}}""")]
    [InlineData("""{"task":"caption","answer":{"text":"A cat."}}""")]
    [InlineData("""{"task":"describe","prompts":[{"point":[20,20]}],"answer":{"text":"A cat."}}""")]
    [InlineData("""{"task":"ground","question":null,"prompts":null,"answer":{"text":"","grounding":null}}""")]
    [InlineData("""{"question":"What is it?","answer":{"text":""}}""")]
    [InlineData("""{"question":"What is it?","answer":{"text":null,"grounding":[]}}""")]
    [InlineData("""{"question":"What is it?","answer":{}}""")]
    public async Task Every_turn_can_be_followed_by_another(string turn)
    {
        string id = await _server.UploadAsync();
        using var content = new StringContent(
            $$"""{"question":"And the rest?","max_tokens":4,"history":[{{turn}}]}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using HttpResponseMessage response = await _server.Client.PostAsync($"/v1/images/{id}/chat", content);
        Assert.Equal("OK", response.IsSuccessStatusCode ? "OK" : await response.Content.ReadAsStringAsync());
    }

    [Theory, InlineData("\"\""), InlineData("null"), InlineData("[]")]
    public async Task An_assistant_may_have_said_nothing(string said)
    {
        string body = $$$"""
            {"max_tokens":4,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{RunningServer.DataUri}}}"}},{"type":"text","text":"a"}]},
             {"role":"assistant","content":{{{said}}} },{"role":"user","content":"b"}]}
            """;
        using HttpResponseMessage response = await _server.Client.PostAsync(
            "/v1/chat/completions",
            new StringContent(body, System.Text.Encoding.UTF8, "application/json")
        );
        Assert.Equal("OK", response.IsSuccessStatusCode ? "OK" : await response.Content.ReadAsStringAsync());
    }

    /// <summary>The same words and masks; scores as far as sums agree whose order the number of free threads decides.</summary>
    private void AssertSame(Reply expected, JsonElement answer)
    {
        Assert.Equal(expected.Text, answer.GetProperty("text").GetString());
        GroundingJson[] given = Grounding(answer);
        GroundingJson[] wanted = [.. expected.Segments.Select(segment => GroundingJson.Of(segment))];
        Assert.Equal(wanted.Select(WithoutScore), given.Select(WithoutScore));
        Assert.All(wanted.Zip(given), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
        Assert.Equal(shared.Model.WeightsHash, answer.GetProperty("model").GetProperty("weights").GetString());
    }

    private static GroundingJson[] Grounding(JsonElement answer) =>
        [.. answer.GetProperty("grounding").EnumerateArray().Select(entry => entry.Deserialize<GroundingJson>(TestJson.Options)!)];

    private static string WithoutScore(GroundingJson entry) =>
        JsonSerializer.Serialize(entry with { Score = 0 }, TestJson.Options);
}
