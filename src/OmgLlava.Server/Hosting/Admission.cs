using System.Collections.Concurrent;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Lets so many requests in that all of them can be answered, and sends the others away at once. Each key has its share, so that
/// none keeps the others out. A request that was let in ends when its client leaves, when its time is over, or when the server
/// ends.
/// </summary>
internal sealed class Admission(ServerOptions options)
{
    private readonly ConcurrentDictionary<string, Room> _rooms = new();
    private readonly int _share = Math.Max(1, options.MaxRequests / Math.Max(1, options.ApiKeys.Distinct().Count()));
    private int _inside;

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
            throw new ApiException(
                StatusCodes.Status413PayloadTooLarge,
                "too_large",
                $"The body has {context.Request.ContentLength} bytes; this server takes {options.MaxBodyBytes}."
            );
        }

        Room room = _rooms.GetOrAdd(Caller.Of(context), _ => new Room());
        if (Interlocked.Increment(ref room.Inside) > _share | Interlocked.Increment(ref _inside) > options.MaxRequests)
        {
            Leave(room);
            string whose =
                options.ApiKeys.Count > 1 && Volatile.Read(ref room.Inside) >= _share
                    ? "Your key has all that its share allows"
                    : "The server has all it can do";
            throw new ApiException(StatusCodes.Status429TooManyRequests, "overloaded", $"{whose}; try again later.")
            {
                RetryAfter = (int)Math.Clamp(Interlocked.Read(ref room.Milliseconds) / 1000, 1, 60),
            };
        }

        long start = Environment.TickCount64;
        var end = new RequestEnd(context.RequestAborted);
        context.Features.Set(end);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var timer = new Timer(
            _ =>
            {
                end.Why = new ApiException(
                    StatusCodes.Status503ServiceUnavailable,
                    "timeout",
                    $"The request took longer than {options.RequestTimeout.TotalSeconds:F0} seconds; ask for less or try "
                        + $"again later."
                );
                Cancel(source);
            },
            null,
            options.RequestTimeout,
            Timeout.InfiniteTimeSpan
        );
        context.RequestAborted = source.Token;
        try
        {
            await next(context);
        }
        finally
        {
            Leave(room);
            long took = Environment.TickCount64 - start;
            Interlocked.Exchange(ref room.Milliseconds, ((7 * Interlocked.Read(ref room.Milliseconds)) + took) / 8);
        }
    }

    private void Leave(Room room)
    {
        Interlocked.Decrement(ref room.Inside);
        Interlocked.Decrement(ref _inside);
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

    /// <summary>What one key has inside.</summary>
    private sealed class Room
    {
        public int Inside;
        public long Milliseconds = 1000; // what a request takes, smoothed
    }
}
