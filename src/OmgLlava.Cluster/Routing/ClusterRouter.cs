using OmgLlava.Cluster.Grains;
using OmgLlava.Cluster.Membership;
using OmgLlava.Cluster.Placement;
using OmgLlava.Server;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>Hands each request to the server that holds its picture, and its answer back.</summary>
internal sealed class ClusterRouter(
    IGrainFactory grains, RequestTarget target, LocalAnswers answers, ClusterHealth health, LoadBoard board,
    ServerOptions options, ClusterOptions cluster, TimeProvider time, ILogger<ClusterRouter> log)
    : IRequestRouter
{
    private static readonly string[] Kept = ["Accept", "Authorization", "Content-Type", "Origin", "Token", "X-API-Key"];

    private int _forwarding;

    public string? Refusal => health.Refusal;

    public void Use(RequestDelegate pipeline) => answers.Use(pipeline);

    public async Task InvokeAsync(HttpContext context, RequestDelegate here)
    {
        if (context.Features.Get<LocalAnswers.Forwarded>() is not null || !context.Request.Path.StartsWithSegments("/v1"))
        {
            await AnswerHereAsync(context, here);
            return;
        }

        if (health.Refusal is { } why)
        {
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "cluster_unreachable", why) { RetryAfter = 1 };
        }

        // Every server may have as many requests inside; those of all of them may arrive at one.
        if (Interlocked.Increment(ref _forwarding) > options.MaxRequests * Math.Max(1, health.Servers))
        {
            Interlocked.Decrement(ref _forwarding);
            throw new ApiException(
                StatusCodes.Status429TooManyRequests, "overloaded",
                $"This server hands on all that {health.Servers} servers can do; try again later.")
            { RetryAfter = 1 };
        }

        try
        {
            byte[] body = await BufferAsync(context);
            await (
                await FindAsync(context, body) is { } found ? ForwardAsync(context, found.Picture, found.Body)
                : AnswerHereAsync(context, here));
        }
        finally
        {
            Interlocked.Decrement(ref _forwarding);
        }
    }

    /// <summary>Answers on this server; where it cannot take more, it says what the others have to do.</summary>
    private async Task AnswerHereAsync(HttpContext context, RequestDelegate here)
    {
        try
        {
            await here(context);
        }
        catch (ApiException error) when (error.Status == StatusCodes.Status429TooManyRequests)
        {
            throw new ApiException(
                error.Status, error.Code, $"{error.Message} {board.Describe()}")
            { RetryAfter = error.RetryAfter };
        }
    }

    private static async Task<byte[]> BufferAsync(HttpContext context)
    {
        using var whole = new MemoryStream();
        await context.Request.Body.CopyToAsync(whole, context.RequestAborted);
        byte[] body = whole.ToArray();
        context.Request.Body = new MemoryStream(body, writable: false);
        return body;
    }

    /// <summary>The picture and the body to hand on; null where this server answers itself, be it with what is wrong.</summary>
    private async Task<(string Picture, byte[] Body)?> FindAsync(HttpContext context, byte[] body)
    {
        try
        {
            (string? picture, byte[]? upload) = await target.FindAsync(
                context.Request, Caller.Of(context), context.RequestAborted);
            if (upload is not null)
            {
                context.Request.ContentType = "application/octet-stream"; // however it came
            }

            return picture is null ? null : (picture, upload ?? body);
        }
        catch (Exception error) when (error is ApiException or OmgLlavaException)
        {
            return null;
        }
        finally
        {
            context.Request.Body.Position = 0;
        }
    }

    private Task ForwardAsync(HttpContext context, string picture, byte[] body)
    {
        var identity = AnswerIdentity.New(time); // the same each time the answer is made
        var request = new ForwardedRequest
        {
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "",
            Query = context.Request.QueryString.Value ?? "",
            Headers =
            [
                .. Kept.Where(name => context.Request.Headers.ContainsKey(name))
                    .SelectMany(name => (string[])[name, context.Request.Headers[name].ToString()]),
                "Host", context.Request.Host.Value ?? "",
            ],
            Body = body,
            Owner = Caller.Of(context),
            TraceName = context.TraceIdentifier,
            AnswerName = identity.Name,
            CreatedAt = identity.CreatedAt,
        };
        bool again = context.Request.HasJsonContentType() && RetryWish.IsIn(body);
        var answer = new ForwardedAnswer(context, again ? new SentEvents() : null, cluster.Patience, log);
        return answer.RunAsync(() => grains.GetGrain<IPictureGrain>(picture).AnswerAsync(request, context.RequestAborted));
    }
}
