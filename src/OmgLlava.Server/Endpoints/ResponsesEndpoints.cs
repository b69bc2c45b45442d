using System.Text.Json.Nodes;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;
using OmgLlava.Serving;

namespace OmgLlava.Server.Endpoints;

/// <summary>OpenAI's Responses API.</summary>
internal static class ResponsesEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder responses = routes.MapGroup("/v1/responses").WithTags("Chat");
        responses
            .MapPost("", Create)
            .Computes()
            .WithSummary("OpenAI's Responses API, with grounding")
            .Accepts<ResponsesRequest>("application/json")
            .Produces<ResponseBody>();
        responses.MapGet("{id}", Get).WithSummary("A response that the server keeps").Produces<ResponseBody>();
        responses.MapDelete("{id}", Delete).WithSummary("Forget a response");
    }

    private static async Task<IResult> Create(
        HttpContext context,
        OmgLlavaService service,
        Asking asking,
        IResponseStore store,
        ServerOptions options,
        TimeProvider time,
        ILogger<OmgLlavaService> log
    )
    {
        CancellationToken stop = context.RequestAborted;
        string owner = Caller.Of(context);
        ResponsesRequest request = await ApiJson.ReadAsync<ResponsesRequest>(context.Request, stop);
        IReadOnlyList<ChatMessage> before = await BeforeAsync(request, store, owner);
        IReadOnlyList<ChatMessage> given = [.. before, .. ApiJson.Full(request.Input, "input")];
        if (given.Count == 0)
        {
            throw ApiException.BadRequest("'input' is empty; give the user's words or a list of messages.");
        }

        if (given.Count > 2 * options.MaxTurns)
        {
            throw ApiException.BadRequest($"There are {given.Count} messages; this server takes {2 * options.MaxTurns}.");
        }

        CompletionReader.CheckOthers(request.Others ?? []);
        ChatMessage[] instructions = string.IsNullOrEmpty(request.Instructions)
            ? []
            : [new ChatMessage { Role = "system", Content = [new ContentPart("text", request.Instructions)] }];
        var conversation = Conversation.Of([.. instructions, .. given]);
        var identity = AnswerIdentity.Of(context, time);
        using Asked asked = await asking.OpenAsync(conversation, SamplingOf(request).Read(options, identity), owner, stop);
        var writer = new ResponseWriter(request, service.Model, identity);
        if (request.Stream == true)
        {
            await StreamAsync(context, writer, asked, KeepAsync, log);
            return Results.Empty;
        }

        Reply answer = await asked.AnswerAsync(0, stop);
        await KeepAsync(answer);
        return ApiJson.Result(writer.Whole(answer));

        async ValueTask KeepAsync(Reply reply)
        {
            if (request.Store != false)
            {
                var spoken = new ChatMessage
                {
                    Role = "assistant",
                    Content = [new ContentPart("text", reply.Text)],
                    Grounding =
                    [
                        .. reply
                            .Segments.Where(segment => segment.Found)
                            .Select(segment => new HistoryGrounding(segment.Start, segment.End)),
                    ],
                };
                await store.AddAsync(
                    owner,
                    writer.Whole(reply),
                    [.. given.Select(message => ByName(message, conversation, asked.Picture)), spoken]
                );
            }
        }
    }

    private static async Task StreamAsync(
        HttpContext context,
        ResponseWriter writer,
        Asked asked,
        Func<Reply, ValueTask> keep,
        ILogger log
    )
    {
        var events = new EventStream(context.Response);
        try
        {
            await keep(await writer.StreamAsync(events, asked.StreamAsync(0, context.RequestAborted)));
        }
        catch (Exception error) when (context.Response.HasStarted && ErrorHandling.Translate(error, context) is { } shown)
        {
            ErrorHandling.LogInside(log, shown, error, context);
            await writer.FailAsync(events, shown);
        }
    }

    private static async Task<IResult> Get(string id, HttpContext context, IResponseStore store) =>
        await store.FindAsync(Caller.Of(context), id) is { } found
            ? ApiJson.Result(found.Body)
            : throw Unknown(id);

    private static async Task<IResult> Delete(string id, HttpContext context, IResponseStore store) =>
        await store.RemoveAsync(Caller.Of(context), id)
            ? ApiJson.Result(
                new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "response",
                    ["deleted"] = true,
                }
            )
            : throw Unknown(id);

    /// <summary>The messages that a request goes on from.</summary>
    /// <exception cref="ApiException">It goes on from a response that is not there.</exception>
    internal static async ValueTask<IReadOnlyList<ChatMessage>> BeforeAsync(
        ResponsesRequest request,
        IResponseStore store,
        string owner
    ) =>
        request.PreviousResponseId is not { } id ? []
        : await store.FindAsync(owner, id) is { } found ? found.Conversation
        : throw Unknown(id);

    private static ApiException Unknown(string id) =>
        new(
            StatusCodes.Status404NotFound,
            "not_found",
            $"There is no response '{(id.Length <= 64 ? id : $"{id[..64]}…")}' here; it may have been forgotten, so send the "
                + $"conversation itself."
        );

    private static Sampling SamplingOf(ResponsesRequest request) =>
        new()
        {
            MaxTokens = request.MaxOutputTokens,
            Temperature = request.Temperature,
            TopP = request.TopP,
            Format = request.Text?.Format,
            TopLogprobs = request.TopLogprobs > 0 ? request.TopLogprobs : null,
        };

    /// <summary>A message whose picture stands in it by its name, so that its bytes are kept once; a picture that is no longer
    /// spoken of is left out.</summary>
    private static ChatMessage ByName(ChatMessage message, Conversation conversation, Picture? picture) =>
        picture is null || message.Role != "user"
            ? message
            : message with
            {
                Content =
                [
                    .. (message.Content ?? [])
                        .Where(part => part.ImageUrl is null || part.ImageUrl.Url == conversation.PictureUrl)
                        .Select(part =>
                            part.ImageUrl is null ? part : part with { ImageUrl = new ImageUrl(Asking.AddressOf(picture)) }
                        ),
                ],
            };
}
