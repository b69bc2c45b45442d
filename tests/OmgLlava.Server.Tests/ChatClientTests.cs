using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OmgLlava.Chat;
using OmgLlava.Json;
using OmgLlava.Serving;

namespace OmgLlava.Tests.Server;

/// <summary>OMG-LLaVA as a chat client of Microsoft.Extensions.AI.</summary>
public class ChatClientTests(SharedServer shared)
{
    private static readonly ChatOptions Short = new() { MaxOutputTokens = 16 };

    [Fact]
    public async Task An_answer_has_annotations_on_spans_of_its_text()
    {
        using var service = new OmgLlavaService(shared.Model, new ServingOptions { Workers = 1 });
        using var client = new OmgLlavaChatClient(service);
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        Reply expected = await chat.AskAsync(TinyModel.MaskQuestion, options: new() { MaxNewTokens = 16 });
        ChatResponse response = await client.GetResponseAsync([Message(TinyModel.MaskQuestion)], Short);
        Assert.Equal(expected.Text, response.Text);
        AssertSame(expected, response.Messages[0]);
        Assert.Equal(expected.Tokens.Count, response.Usage!.OutputTokenCount);
        Assert.Equal(shared.Model.Name, client.GetService<ChatClientMetadata>()!.DefaultModelId);

        ChatResponse streamed = await client
            .GetStreamingResponseAsync([Message(TinyModel.MaskQuestion)], Short)
            .ToChatResponseAsync();
        Assert.Equal(expected.Text, streamed.Text);
        AssertSame(expected, streamed.Messages[0]);
        Assert.Equal(response.FinishReason, streamed.FinishReason);
    }

    [Fact]
    public async Task Prompts_and_turns_are_those_of_the_library()
    {
        using var service = new OmgLlavaService(shared.Model, new ServingOptions { Workers = 1 });
        using var client = new OmgLlavaChatClient(service);
        using ImageChat chat = shared.Model.StartChat(TinyModel.Picture);
        Reply first = await chat.AskAsync("What is <region>?", [VisualPrompt.Box(10, 10, 90, 60)], new() { MaxNewTokens = 16 });
        Reply second = await chat.AskAsync("And <mark>?", [VisualPrompt.Point(20, 20)], new() { MaxNewTokens = 16 });
        var messages = new List<ChatMessage> { Message("What is <cup>?").PointAt("cup", VisualPrompt.Box(10, 10, 90, 60)) };
        ChatResponse response = await client.GetResponseAsync(messages, Short);
        Assert.Equal(first.Text, response.Text);
        messages.AddRange(response.Messages);
        messages.Add(new ChatMessage(ChatRole.User, "And <mark>?").PointAt(VisualPrompt.Point(20, 20)));
        Assert.Equal(second.Text, (await client.GetResponseAsync(messages, Short)).Text);
    }

    [Fact]
    public async Task It_composes_with_other_middleware_and_masks_survive_a_cache()
    {
        var counting = new CountingClient(new OmgLlavaChatClient(new OmgLlavaService(shared.Model)));
        IDistributedCache cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using IChatClient client = counting.AsBuilder().UseDistributedCache(cache).Build();
        ChatMessage message = Message(TinyModel.MaskQuestion).PointAt(VisualPrompt.Point(20, 20));
        ChatResponse first = await client.GetResponseAsync([message], Short);
        ChatResponse second = await client.GetResponseAsync([message], Short);
        Assert.Equal(1, counting.Calls);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(
            first.Messages[0].Grounding().Select(g => g.Mask?.Counts),
            second.Messages[0].Grounding().Select(g => g.Mask?.Counts)
        );
        message.PointAt(VisualPrompt.Point(1, 1));
        await client.GetResponseAsync([message], Short);
        Assert.Equal(2, counting.Calls); // another prompt is another question
    }

    [Fact]
    public async Task Services_register_the_client_and_load_the_model_when_asked()
    {
        await using ServiceProvider services = new ServiceCollection().AddOmgLlava(shared.Directory).BuildServiceProvider();
        ChatResponse response = await services
            .GetRequiredService<IChatClient>()
            .GetResponseAsync([Message("What is it?")], Short);
        Assert.NotEmpty(response.Text);
        Assert.Throws<OmgLlavaException>(() => new ServiceCollection().AddOmgLlava(""));
    }

    [Fact]
    public async Task Mistakes_get_one_clear_sentence()
    {
        using var client = new OmgLlavaChatClient(new OmgLlavaService(shared.Model));
        await AssertRefused("has no picture", [new ChatMessage(ChatRole.User, "Hello?")]);
        await AssertRefused("must be the user's", [Message("a"), new ChatMessage(ChatRole.Assistant, "b")]);
        await AssertRefused("outside the image", [Message("a").PointAt(VisualPrompt.Point(900, 1))]);
        await AssertRefused("role 'tool'", [Message("a"), new ChatMessage(ChatRole.Tool, "b")]);
        await AssertRefused(
            "calls no tools",
            [Message("a")],
            new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] }
        );
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync([Message("a")], Short, stop.Token));

        async Task AssertRefused(string reason, ChatMessage[] messages, ChatOptions? options = null)
        {
            OmgLlavaException error = await Assert.ThrowsAsync<OmgLlavaException>(() =>
                client.GetResponseAsync(messages, options ?? Short)
            );
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertSame(Reply expected, ChatMessage message)
    {
        GroundingJson[] grounding = [.. message.Grounding()];
        Assert.Equal(expected.Segments.Count, grounding.Length);
        foreach ((Segment segment, GroundingJson entry) in expected.Segments.Zip(grounding))
        {
            Assert.Equal(JsonSerializer.Serialize(GroundingJson.Of(segment)), JsonSerializer.Serialize(entry));
        }

        TextSpanAnnotatedRegion[] spans =
        [
            .. message
                .Contents.OfType<TextContent>()
                .SelectMany(text => text.Annotations ?? [])
                .SelectMany(annotation => annotation.AnnotatedRegions ?? [])
                .Cast<TextSpanAnnotatedRegion>(),
        ];
        Assert.Equal(
            expected.Segments.Select(s => ((int?)s.Start, (int?)s.End)),
            spans.Select(span => (span.StartIndex, span.EndIndex))
        );
    }

    private static ChatMessage Message(string text) =>
        new(ChatRole.User, [new TextContent(text), new DataContent(File.ReadAllBytes(TinyModel.PicturePath), "image/png")]);

    private sealed class CountingClient(IChatClient inner) : DelegatingChatClient(inner)
    {
        public int Calls { get; private set; }

        public override Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            Calls++;
            return base.GetResponseAsync(messages, options, cancellationToken);
        }
    }
}
