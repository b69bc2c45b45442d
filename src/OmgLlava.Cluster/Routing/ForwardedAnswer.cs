using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>
/// The answer of another server on its way to the client. One whose server is lost before it began is asked for again; one that
/// had begun goes on from another server where the client wished it, and else ends with an error.
/// </summary>
/// <param name="context">The client's request.</param>
/// <param name="sent">Remembers what the client has, where it wished for the answer to go on; else null.</param>
/// <param name="patience">How long nobody may answer.</param>
/// <param name="log">Says what was lost.</param>
internal sealed class ForwardedAnswer(HttpContext context, SentEvents? sent, TimeSpan patience, ILogger log)
{
    private DateTime? _lost;
    private int _tries;

    /// <summary>Hands the answer on.</summary>
    /// <param name="ask">Asks for it, at whichever server holds the picture now.</param>
    /// <exception cref="ApiException">Nobody began it.</exception>
    public async Task RunAsync(Func<IAsyncEnumerable<AnswerPiece>> ask)
    {
        while (true)
        {
            try
            {
                await CopyAsync(ask());
                return;
            }
            catch (AnswerDiffersException)
            {
                await BrokenAnswer.EndAsync(context, BrokenAnswer.Differs);
                return;
            }
            catch (Exception error) when (LostServer.Is(error) && !context.RequestAborted.IsCancellationRequested)
            {
                Log.Lost(log, context.TraceIdentifier, error.Message);
                if (!await MayAskAgainAsync())
                {
                    return;
                }
            }

            await Task.Delay(LostServer.Pause(++_tries), context.RequestAborted);
        }
    }

    private async Task<bool> MayAskAgainAsync()
    {
        _lost ??= DateTime.UtcNow;
        bool late = DateTime.UtcNow > _lost + patience;
        if (context.Response.HasStarted && (late || sent is null || !BrokenAnswer.IsStream(context)))
        {
            await BrokenAnswer.EndAsync(context, BrokenAnswer.Lost);
            return false;
        }

        return !late ? true : throw new ApiException(
            StatusCodes.Status503ServiceUnavailable, "server_lost",
            "The server that held the picture is gone, and no other could take over; try again.")
        { RetryAfter = 1 };
    }

    private async Task CopyAsync(IAsyncEnumerable<AnswerPiece> pieces)
    {
        sent?.Rewind();
        bool whole = false;
        try
        {
            await foreach (AnswerPiece piece in pieces)
            {
                await WriteAsync(piece);
                whole = piece.Last;
            }
        }
        catch (Exception error) when (whole && LostServer.Is(error))
        {
            // It was lost after it had said everything.
        }
    }

    private async Task WriteAsync(AnswerPiece piece)
    {
        HttpResponse response = context.Response;
        if (piece.Status != 0)
        {
            Begin(response, piece);
        }

        if (piece.Bytes.Length > 0 && sent?.Take(piece.Bytes) != false)
        {
            // A write that is broken off resets the connection; it ends when the client has read, or has gone.
            await response.Body.WriteAsync(piece.Bytes, CancellationToken.None);
            await response.Body.FlushAsync(CancellationToken.None);
            (_lost, _tries) = (null, 0);
        }

        if (piece.Last)
        {
            sent?.End();
            await response.CompleteAsync(); // the client need not wait until this server knows that nothing follows
        }
    }

    private static void Begin(HttpResponse response, AnswerPiece piece)
    {
        if (response.HasStarted)
        {
            switch (piece.Status)
            {
                case StatusCodes.Status200OK:
                    return;
                case StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable:
                    throw new ServerLeavingException($"The server that was to go on said {piece.Status}.");
                default:
                    throw new AnswerDiffersException();
            }
        }

        response.StatusCode = piece.Status;
        for (int i = 0; i + 1 < piece.Headers.Length; i += 2)
        {
            if (!piece.Headers[i].Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[piece.Headers[i]] = piece.Headers[i + 1];
            }
        }
    }
}
