using System.Security.Cryptography;
using OmgLlava.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>Chat as OpenAI's clients know it.</summary>
internal static class CompletionEndpoints
{
    private const string HeldPrefix = "omg-image:";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", Complete).Computes().WithTags("Chat")
        .WithSummary("Chat in OpenAI's shape, with grounding").Accepts<CompletionRequest>("application/json").Produces<Completion>();

    private static async Task<IResult> Complete(
        HttpContext context, OmgLlavaService service, PictureSource source, ServerOptions options, TimeProvider time, ILogger<OmgLlavaService> log)
    {
        CancellationToken stop = context.RequestAborted;
        CompletionRequest request = await ApiJson.ReadAsync<CompletionRequest>(context.Request, stop);
        CompletionReader.Check(request, options);
        string url = CompletionReader.PictureOf(request);
        using Picture picture = url.StartsWith(HeldPrefix, StringComparison.Ordinal)
            ? await service.OpenAsync(url[HeldPrefix.Length..], Caller.Of(context), stop)
            : await service.AddAsync(await source.ReadAsync(url, stop), Caller.Of(context), stop);
        Questioning asked = CompletionReader.Read(request, picture.Perceived.Geometry, options);
        IAsyncEnumerable<ReplyUpdate> updates = service.StreamAsync(picture, asked.History, asked.Question, asked.Prompts, asked.Options, stop);
        var head = new CompletionChunk(
            $"chatcmpl-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}", "chat.completion.chunk", time.GetUtcNow().ToUnixTimeSeconds(),
            service.Model.Name, service.Model.WeightsHash, []);
        if (request.Stream == true)
        {
            await StreamAsync(context, request, head, updates, log);
            return Results.Empty;
        }

        Reply? reply = null;
        await foreach (ReplyUpdate update in updates)
        {
            reply = update.Reply ?? reply;
        }

        var message = new CompletionMessage("assistant", reply!.Text, null, [.. reply.Segments.Select(segment => GroundingJson.Of(segment, request.MaskFormat))]);
        return Results.Json(
            new Completion(
                head.Id, "chat.completion", head.Created, head.Model, head.SystemFingerprint,
                [new CompletionChoice(0, message, FinishReason(reply))], CompletionUsage.Of(reply)),
            ApiJson.Options);
    }

    private static async Task StreamAsync(
        HttpContext context, CompletionRequest request, CompletionChunk head, IAsyncEnumerable<ReplyUpdate> updates, ILogger log)
    {
        var events = new EventStream(context.Response);
        try
        {
            await foreach (ReplyUpdate update in updates)
            {
                string? role = events.Begin() ? "assistant" : null;
                var delta = new ChunkDelta(
                    role, update.Text.Length > 0 || role is not null ? update.Text : null,
                    update.Segment is { } segment ? [GroundingJson.Of(segment, request.MaskFormat)] : null);
                if (delta != new ChunkDelta())
                {
                    await events.SendAsync(head with { Choices = [new ChunkChoice(0, delta)] });
                }

                if (update.Reply is { } reply)
                {
                    await events.SendAsync(head with { Choices = [new ChunkChoice(0, new ChunkDelta(), FinishReason(reply))] });
                    if (request.StreamOptions?.IncludeUsage == true)
                    {
                        await events.SendAsync(head with { Usage = CompletionUsage.Of(reply) });
                    }

                    await events.SendTextAsync("[DONE]");
                }
            }
        }
        catch (Exception error) when (context.Response.HasStarted && ErrorHandling.Translate(error, context) is { } shown)
        {
            if (shown.Status == StatusCodes.Status500InternalServerError)
            {
                Log.Failed(log, error, context.TraceIdentifier, System.Diagnostics.Activity.Current?.TraceId.ToHexString());
            }

            await events.SendAsync(ErrorHandling.Body(shown));
        }
    }

    private static string FinishReason(Reply reply) => reply.Complete ? "stop" : "length";
}
