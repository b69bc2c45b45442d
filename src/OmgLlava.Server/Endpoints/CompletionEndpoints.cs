using OmgLlava.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>Chat as OpenAI's clients know it.</summary>
internal static class CompletionEndpoints
{
    private const int NameDigits = 24;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/chat/completions", Complete)
            .Computes()
            .WithTags("Chat")
            .WithSummary("Chat in OpenAI's shape, with grounding")
            .Accepts<CompletionRequest>("application/json")
            .Produces<Completion>();

    private static async Task<IResult> Complete(
        HttpContext context,
        OmgLlavaService service,
        Asking asking,
        ServerOptions options,
        TimeProvider time,
        ILogger<OmgLlavaService> log
    )
    {
        CancellationToken stop = context.RequestAborted;
        CompletionRequest request = await ApiJson.ReadAsync<CompletionRequest>(context.Request, stop);
        CompletionReader.Check(request, options);
        var identity = AnswerIdentity.Of(context, time);
        using Asked asked = await asking.OpenAsync(
            Conversation.Of(request.Messages),
            Sampling.Of(request).Read(options, identity),
            Caller.Of(context),
            stop
        );
        var head = new CompletionChunk(
            $"chatcmpl-{identity.Name[..NameDigits]}",
            "chat.completion.chunk",
            identity.CreatedAt,
            service.Model.Name,
            service.Model.WeightsHash,
            []
        );
        if (request.Stream == true)
        {
            await StreamAsync(context, request, head, asked, service, log);
            return Results.Empty;
        }

        var replies = new List<Reply>();
        for (int choice = 0; choice < (request.N ?? 1); choice++)
        {
            replies.Add(await asked.AnswerAsync(choice, stop));
        }

        return ApiJson.Result(
            new Completion(
                head.Id,
                "chat.completion",
                head.Created,
                head.Model,
                head.SystemFingerprint,
                [.. replies.Select((reply, index) => Choice(index, reply, request, service))],
                CompletionUsage.Of(replies)
            )
        );
    }

    private static CompletionChoice Choice(int index, Reply reply, CompletionRequest request, OmgLlavaService service) =>
        new(
            index,
            new CompletionMessage(
                "assistant",
                reply.Text,
                null,
                [.. reply.Segments.Select(segment => GroundingJson.Of(segment, request.MaskFormat))]
            ),
            FinishReason(reply),
            request.Logprobs == true ? LogProbabilities.Of(reply.Choices, service.Model.Tokenizer) : null
        );

    private static async Task StreamAsync(
        HttpContext context,
        CompletionRequest request,
        CompletionChunk head,
        Asked asked,
        OmgLlavaService service,
        ILogger log
    )
    {
        var events = new EventStream(context.Response);
        var replies = new List<Reply>();
        try
        {
            for (int choice = 0; choice < (request.N ?? 1); choice++)
            {
                bool first = true;
                await foreach (ReplyUpdate update in asked.StreamAsync(choice, context.RequestAborted))
                {
                    events.Begin();
                    ChunkChoice piece = Piece(choice, first, update, request, service);
                    first = false;
                    if (piece.Delta != new ChunkDelta() || piece.Logprobs is not null)
                    {
                        await events.SendAsync(head with { Choices = [piece] });
                    }

                    if (update.Reply is { } reply)
                    {
                        replies.Add(reply);
                        await events.SendAsync(
                            head with
                            {
                                Choices = [new ChunkChoice(choice, new ChunkDelta(), FinishReason(reply))],
                            }
                        );
                    }
                }
            }

            if (request.StreamOptions?.IncludeUsage == true)
            {
                await events.SendAsync(head with { Usage = CompletionUsage.Of(replies) });
            }

            await events.SendTextAsync("[DONE]");
        }
        catch (Exception error) when (context.Response.HasStarted && ErrorHandling.Translate(error, context) is { } shown)
        {
            ErrorHandling.LogInside(log, shown, error, context);
            await events.SendAsync(ErrorHandling.Body(shown));
        }
    }

    private static ChunkChoice Piece(
        int choice,
        bool first,
        ReplyUpdate update,
        CompletionRequest request,
        OmgLlavaService service
    ) =>
        new(
            choice,
            new ChunkDelta(
                first ? "assistant" : null,
                update.Text.Length > 0 || first ? update.Text : null,
                update.Segment is { } segment ? [GroundingJson.Of(segment, request.MaskFormat)] : null
            ),
            Logprobs: update.Choice is { } token ? LogProbabilities.Of([token], service.Model.Tokenizer) : null
        );

    private static string FinishReason(Reply reply) => reply.Complete ? "stop" : "length";
}
