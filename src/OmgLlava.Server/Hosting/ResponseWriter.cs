using System.Text.Json.Nodes;
using OmgLlava.Json;
using OmgLlava.Language;
using OmgLlava.Server.Contracts;

namespace OmgLlava.Server.Hosting;

/// <summary>Writes a response of the Responses API, whole or as its events.</summary>
internal sealed class ResponseWriter(ResponsesRequest request, OmgLlavaModel model, AnswerIdentity identity)
{
    private const string Prefix = "resp_";
    private const int HalfName = 24; // hexadecimal digits

    private readonly string _message = $"msg_{identity.Name}";
    private int _number;

    /// <summary>Names the response; those of one conversation begin alike.</summary>
    public string Id { get; } =
        $"{Prefix}{ConversationOf(request.PreviousResponseId) ?? identity.Name[HalfName..]}{identity.Name[..HalfName]}";

    /// <summary>A response without an answer.</summary>
    public ResponseBody Begun =>
        new(Id, identity.CreatedAt, model.Name, "in_progress", [])
        {
            Instructions = request.Instructions,
            PreviousResponseId = request.PreviousResponseId,
            MaxOutputTokens = request.MaxOutputTokens,
            Temperature = request.Temperature,
            TopP = request.TopP,
            Store = request.Store != false,
            Text = request.Text?.Format is null ? new ResponsesText(new ResponseFormat("text")) : request.Text,
            Metadata = request.Metadata,
        };

    /// <summary>A response with its answer.</summary>
    public ResponseBody Whole(Reply reply) =>
        Begun with
        {
            Status = reply.Complete ? "completed" : "incomplete",
            IncompleteDetails = reply.Complete ? null : new IncompleteDetails("max_output_tokens"),
            Output = [Message(reply)],
            Usage = ResponseUsage.Of(reply),
        };

    /// <summary>Sends the events of an answer.</summary>
    /// <returns>The answer.</returns>
    public async Task<Reply> StreamAsync(EventStream events, IAsyncEnumerable<ReplyUpdate> updates)
    {
        Reply? reply = null;
        await foreach (ReplyUpdate update in updates)
        {
            if (events.Begin())
            {
                await BeginAsync(events);
            }

            GroundingJson[]? grounding = update.Segment is { } segment ? [GroundingJson.Of(segment, request.MaskFormat)] : null;
            if (update.Text.Length > 0 || grounding is not null || update.Choice is not null)
            {
                IReadOnlyList<TokenLogProbability> tokens = Tokens(update.Choice is { } choice ? [choice] : []);
                await SendAsync(
                    events,
                    "response.output_text.delta",
                    new JsonObject
                    {
                        ["item_id"] = _message,
                        ["output_index"] = 0,
                        ["content_index"] = 0,
                        ["delta"] = update.Text,
                        ["logprobs"] = ApiJson.Node(tokens),
                        ["grounding"] = ApiJson.Node(grounding),
                    }
                );
            }

            reply = update.Reply ?? reply;
        }

        await EndAsync(events, reply!);
        return reply!;
    }

    /// <summary>Sends that the answer failed.</summary>
    public Task FailAsync(EventStream events, ApiException error) =>
        SendAsync(
            events,
            "response.failed",
            Response(
                Begun with
                {
                    Status = "failed",
                    Error = new ResponseError(error.Status < 500 ? "invalid_prompt" : "server_error", error.Message),
                }
            )
        );

    private async Task BeginAsync(EventStream events)
    {
        await SendAsync(events, "response.created", Response(Begun));
        await SendAsync(events, "response.in_progress", Response(Begun));
        await SendAsync(
            events,
            "response.output_item.added",
            Item(new ResponseMessage(_message, "in_progress", [], []))
        );
        await SendAsync(
            events,
            "response.content_part.added",
            Part(new ResponseText("", []))
        );
    }

    private async Task EndAsync(EventStream events, Reply reply)
    {
        ResponseBody whole = Whole(reply);
        ResponseText text = whole.Output[0].Content[0];
        await SendAsync(
            events,
            "response.output_text.done",
            new JsonObject
            {
                ["item_id"] = _message,
                ["output_index"] = 0,
                ["content_index"] = 0,
                ["text"] = text.Text,
                ["logprobs"] = ApiJson.Node(text.Logprobs),
            }
        );
        await SendAsync(events, "response.content_part.done", Part(text));
        await SendAsync(events, "response.output_item.done", Item(whole.Output[0]));
        await SendAsync(events, reply.Complete ? "response.completed" : "response.incomplete", Response(whole));
    }

    private ResponseMessage Message(Reply reply) =>
        new(
            _message,
            reply.Complete ? "completed" : "incomplete",
            [new ResponseText(reply.Text, Tokens(reply.Choices))],
            [.. reply.Segments.Select(segment => GroundingJson.Of(segment, request.MaskFormat))]
        );

    private IReadOnlyList<TokenLogProbability> Tokens(IReadOnlyList<TokenChoice> choices) =>
        LogProbabilities.Of(choices, model.Tokenizer).Content;

    private static JsonObject Response(ResponseBody body) => new() { ["response"] = ApiJson.Node(body) };

    private static JsonObject Item(ResponseMessage message) => new() { ["output_index"] = 0, ["item"] = ApiJson.Node(message) };

    private JsonObject Part(ResponseText text) =>
        new()
        {
            ["item_id"] = _message,
            ["output_index"] = 0,
            ["content_index"] = 0,
            ["part"] = ApiJson.Node(text),
        };

    /// <summary>Every event says its type and its number as well.</summary>
    private Task SendAsync(EventStream events, string type, JsonObject json)
    {
        json.Insert(0, "type", type);
        json.Insert(1, "sequence_number", _number++);
        return events.SendAsync(type, json);
    }

    /// <summary>What the names of a conversation's responses have in common; null for what is no such name.</summary>
    public static string? ConversationOf(string? id) =>
        id?.Length == Prefix.Length + (2 * HalfName)
        && id.StartsWith(Prefix, StringComparison.Ordinal)
        && id[Prefix.Length..].All(char.IsAsciiHexDigitLower)
            ? id.Substring(Prefix.Length, HalfName)
            : null;
}
