using System.Text.Json.Nodes;
using OmgLlava.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>Questions about a picture that the server holds.</summary>
internal static class ChatEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/images/{id}/chat", Chat)
            .Computes()
            .WithTags("Images")
            .WithSummary("A question about a picture, answered in words and masks")
            .Accepts<ChatRequest>("application/json")
            .Produces<AnswerJson>();

    private static async Task<IResult> Chat(
        string id,
        HttpContext context,
        OmgLlavaService service,
        ServerOptions options,
        TimeProvider time,
        ILogger<OmgLlavaService> log
    )
    {
        CancellationToken stop = context.RequestAborted;
        ChatRequest request = await ApiJson.ReadAsync<ChatRequest>(context.Request, stop);
        using Picture picture = await service.OpenAsync(id, Caller.Of(context), stop);
        Questioning asked = Questioning.Read(
            request, picture.Perceived.Geometry, options, AnswerIdentity.Of(context, time));
        IAsyncEnumerable<ReplyUpdate> updates = service.StreamAsync(
            picture,
            asked.History,
            asked.Question,
            asked.Prompts,
            asked.Options,
            stop
        );
        if (request.Stream)
        {
            await StreamAsync(context, asked, request, picture, updates, service, log);
            return Results.Empty;
        }

        Reply? reply = null;
        await foreach (ReplyUpdate update in updates)
        {
            reply = update.Reply ?? reply;
        }

        return ApiJson.Result(Answer(reply!, picture, service, request.MaskFormat));
    }

    private static async Task StreamAsync(
        HttpContext context,
        Questioning asked,
        ChatRequest request,
        Picture picture,
        IAsyncEnumerable<ReplyUpdate> updates,
        OmgLlavaService service,
        ILogger log
    )
    {
        var events = new EventStream(context.Response);
        int index = 0;
        try
        {
            await foreach (ReplyUpdate update in updates)
            {
                if (events.Begin())
                {
                    await events.SendAsync("start", new JsonObject { ["question"] = asked.Question });
                }

                if (update.Text.Length > 0)
                {
                    await events.SendAsync("text", new JsonObject { ["text"] = update.Text, ["phrase"] = update.Phrase });
                }

                if (update.Segment is { } segment)
                {
                    await events.SendAsync("segment", SegmentEvent.Of(index++, GroundingJson.Of(segment, request.MaskFormat)));
                }

                if (update.Reply is { } reply)
                {
                    await events.SendAsync("done", Answer(reply, picture, service, request.MaskFormat));
                }
            }
        }
        catch (Exception error) when (context.Response.HasStarted && ErrorHandling.Translate(error, context) is { } shown)
        {
            ErrorHandling.LogInside(log, shown, error, context);
            await events.SendAsync("error", ErrorHandling.Body(shown));
        }
    }

    private static AnswerJson Answer(Reply reply, Picture picture, OmgLlavaService service, MaskFormat format) =>
        AnswerJson.Of(reply, service.Model, picture.Perceived.Geometry, format);
}
