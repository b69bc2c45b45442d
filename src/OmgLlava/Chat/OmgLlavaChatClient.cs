using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OmgLlava.Imaging;
using OmgLlava.Json;
using OmgLlava.Language;
using OmgLlava.Serving;

namespace OmgLlava.Chat;

/// <summary>
/// OMG-LLaVA as a chat client of Microsoft.Extensions.AI. The picture is a <see cref="DataContent"/> of a user's message; what
/// the question points at is added by <see cref="ChatMessageExtensions.PointAt(ChatMessage, VisualPrompt[])"/>; phrases with
/// masks come as annotations on spans of the text, see <see cref="AnnotationExtensions"/>.
/// </summary>
public sealed class OmgLlavaChatClient : IChatClient
{
    private readonly OmgLlavaService _service;

    /// <param name="service">The model and what it keeps; the caller disposes it, after this.</param>
    public OmgLlavaChatClient(OmgLlavaService service) => _service = service;

    /// <inheritdoc/>
    /// <exception cref="OmgLlavaException">There is no picture, or more than one; roles do not take turns; a prompt lies outside
    /// the picture.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Reply? reply = null;
        await foreach (ReplyUpdate update in AskAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            reply = update.Reply ?? reply;
        }

        var text = new TextContent(reply!.Text) { Annotations = [.. reply.Segments.Select(AnnotationExtensions.Annotate)] };
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, [text]))
        {
            ModelId = _service.Model.Name,
            CreatedAt = DateTimeOffset.UtcNow,
            ResponseId = Guid.NewGuid().ToString("N"),
            FinishReason = FinishReason(reply),
            Usage = Usage(reply),
            RawRepresentation = reply,
        };
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An annotation comes in an empty text as soon as its mask exists; its span counts from the beginning of the whole answer.
    /// The last update has the usage and the reason why the answer ends.
    /// </remarks>
    /// <exception cref="OmgLlavaException">There is no picture, or more than one; roles do not take turns; a prompt lies outside
    /// the picture.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        string id = Guid.NewGuid().ToString("N");
        await foreach (ReplyUpdate update in AskAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            var contents = new List<AIContent>();
            if (update.Text.Length > 0 || update.Segment is not null)
            {
                contents.Add(
                    new TextContent(update.Text)
                    {
                        Annotations = update.Segment is { } segment ? [AnnotationExtensions.Annotate(segment)] : null,
                    }
                );
            }

            if (update.Reply is { } reply)
            {
                contents.Add(new UsageContent(Usage(reply)));
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, contents)
            {
                ResponseId = id,
                MessageId = id,
                ModelId = _service.Model.Name,
                CreatedAt = DateTimeOffset.UtcNow,
                FinishReason = update.Reply is null ? null : FinishReason(update.Reply),
                RawRepresentation = update,
            };
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("omg-llava", null, _service.Model.Name)
            : serviceType == typeof(OmgLlavaService) ? _service
            : serviceType == typeof(OmgLlavaModel) ? _service.Model
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the service is its owner's.</summary>
    public void Dispose() { }

    private async IAsyncEnumerable<ReplyUpdate> AskAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        ChatMessage[] all = [.. messages];
        GenerationOptions generation = Generation(options);
        using Picture picture = await _service.AddAsync(PictureOf(all), cancellation: cancellation).ConfigureAwait(false);
        Dialogue dialogue = Read(_service.Model, all, picture.Perceived.Geometry, options?.Instructions);
        (string question, IReadOnlyList<VisualPrompt> prompts) = dialogue.Question;
        await foreach (
            ReplyUpdate update in _service
                .StreamAsync(picture, dialogue.Turns, question, prompts, generation, cancellation)
                .ConfigureAwait(false)
        )
        {
            yield return update;
        }
    }

    private static byte[] PictureOf(IEnumerable<ChatMessage> messages)
    {
        byte[][] pictures =
        [
            .. messages
                .SelectMany(message => message.Contents)
                .OfType<DataContent>()
                .Where(data => data.HasTopLevelMediaType("image"))
                .Select(data => data.Data.ToArray())
                .DistinctBy(file => PictureCache.ContentOf(file)),
        ];
        return pictures switch
        {
            [var one] => one,
            [] => throw new OmgLlavaException(
                "The conversation has no picture; add a DataContent of an image to a user's message."
            ),
            _ => throw new OmgLlavaException($"The conversation has {pictures.Length} pictures; it can be about one."),
        };
    }

    private static Dialogue Read(
        OmgLlavaModel model,
        IEnumerable<ChatMessage> messages,
        ImageGeometry image,
        string? instructions
    )
    {
        var dialogue = new Dialogue();
        if (!string.IsNullOrEmpty(instructions))
        {
            dialogue.Instruct(instructions);
        }

        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                dialogue.Instruct(message.Text);
            }
            else if (message.Role == ChatRole.User)
            {
                IReadOnlyList<PromptJson> given = message.PointedAt();
                (string text, IReadOnlyList<VisualPrompt> prompts) = PromptReferences.Resolve(
                    message.Text,
                    given,
                    [.. given.Select(prompt => prompt.ToPrompt(image))]
                );
                dialogue.Ask(text, prompts, exact: model.Understand(text, prompts).IsOf(text));
            }
            else if (message.Role == ChatRole.Assistant)
            {
                dialogue.Answer(message.Text, Spans(message));
            }
            else
            {
                throw new OmgLlavaException(
                    $"OMG-LLaVA does not know messages of role '{message.Role}'; there are system, user and assistant."
                );
            }
        }

        return dialogue;
    }

    private static IEnumerable<(int Start, int End)> Spans(ChatMessage message) =>
        message
            .Contents.OfType<TextContent>()
            .SelectMany(text => text.Annotations ?? [])
            .Where(annotation => annotation.Grounding() is not null)
            .SelectMany(annotation => annotation.AnnotatedRegions ?? [])
            .OfType<TextSpanAnnotatedRegion>()
            .Select(span => (span.StartIndex ?? 0, span.EndIndex ?? 0));

    private static GenerationOptions Generation(ChatOptions? options)
    {
        if (options?.Tools is { Count: > 0 })
        {
            throw new OmgLlavaException("OMG-LLaVA calls no tools; leave ChatOptions.Tools empty.");
        }

        var defaults = new GenerationOptions();
        return options is null
            ? defaults
            : defaults with
            {
                MaxNewTokens = options.MaxOutputTokens ?? defaults.MaxNewTokens,
                Temperature = options.Temperature ?? defaults.Temperature,
                TopP = options.TopP ?? defaults.TopP,
                TopK = options.TopK ?? defaults.TopK,
                Seed = options.Seed is { } seed ? (int)(seed ^ (seed >> 32)) : null,
                StopTexts = [.. options.StopSequences ?? []],
                JsonSchema = options.ResponseFormat is ChatResponseFormatJson json
                    ? json.Schema?.GetRawText() ?? """{"type":"object"}"""
                    : null,
            };
    }

    private static ChatFinishReason FinishReason(Reply reply) => reply.Complete ? ChatFinishReason.Stop : ChatFinishReason.Length;

    private static UsageDetails Usage(Reply reply) =>
        new()
        {
            InputTokenCount = reply.Timings.ConversationTokens,
            CachedInputTokenCount = reply.Timings.CachedTokens,
            OutputTokenCount = reply.Timings.Tokens,
            TotalTokenCount = reply.Timings.ConversationTokens + reply.Timings.Tokens,
            AdditionalCounts = new AdditionalPropertiesDictionary<long> { ["image_tokens"] = reply.Timings.ImageTokens },
        };
}
