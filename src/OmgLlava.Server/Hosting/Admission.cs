namespace OmgLlava.Server.Hosting;

/// <summary>
/// Lets so many requests in that all of them can be answered, and sends the others away at once. A request that was let in ends when its client
/// leaves, when its time is over, or when the server ends.
/// </summary>
internal sealed class Admission(ServerOptions options)
{
    private int _inside;
    private long _milliseconds = 1000; // what a request takes, smoothed

    /// <summary>Requests that are worked on or wait.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ComputesMetadata>() is null)
        {
            await next(context);
            return;
        }

        if (context.Request.ContentLength > options.MaxBodyBytes)
        {
            throw new ApiException(StatusCodes.Status413PayloadTooLarge, "too_large",
                $"The body has {context.Request.ContentLength} bytes; this server takes {options.MaxBodyBytes}.");
        }

        if (Interlocked.Increment(ref _inside) > options.MaxRequests)
        {
            Interlocked.Decrement(ref _inside);
            throw new ApiException(StatusCodes.Status429TooManyRequests, "overloaded", "The server has all it can do; try again later.")
            {
                RetryAfter = (int)Math.Clamp(Interlocked.Read(ref _milliseconds) / 1000, 1, 60),
            };
        }

        long start = Environment.TickCount64;
        var end = new RequestEnd(context.RequestAborted);
        context.Features.Set(end);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var timer = new Timer(
            _ =>
            {
                end.Why = new ApiException(StatusCodes.Status503ServiceUnavailable, "timeout",
                    $"The request took longer than {options.RequestTimeout.TotalSeconds:F0} seconds; ask for less or try again later.");
                Cancel(source);
            },
            null, options.RequestTimeout, Timeout.InfiniteTimeSpan);
        context.RequestAborted = source.Token;
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
            long took = Environment.TickCount64 - start;
            Interlocked.Exchange(ref _milliseconds, ((7 * Interlocked.Read(ref _milliseconds)) + took) / 8);
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended at the same moment.
        }
    }
}
