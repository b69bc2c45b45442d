using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>Answers requests that came from other servers, by the same pipeline as this server's own.</summary>
internal sealed class LocalAnswers(IServiceScopeFactory scopes, ILoggerFactory logs)
{
    private const int PiecesAhead = 64;

    private readonly ILogger _log = logs.CreateLogger("OmgLlava.Server");
    private RequestDelegate? _pipeline;
    private int _inside;

    /// <summary>Requests of others that are being answered here.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Takes the pipeline.</summary>
    public void Use(RequestDelegate pipeline) => _pipeline = pipeline;

    /// <summary>Answers a request, piece by piece; the first has status and headers.</summary>
    /// <exception cref="IOException">The answer broke off; why is in this server's log.</exception>
    public async IAsyncEnumerable<AnswerPiece> AnswerAsync(
        ForwardedRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        RequestDelegate pipeline = _pipeline ?? throw new InvalidOperationException("The server has not been wired.");
        var pieces = Channel.CreateBounded<AnswerPiece>(PiecesAhead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task answering = Task.Run(() => RunAsync(pipeline, request, pieces.Writer, stop), CancellationToken.None);
        try
        {
            await foreach (AnswerPiece piece in pieces.Reader.ReadAllAsync(cancellation))
            {
                yield return piece;
            }
        }
        finally
        {
            await stop.CancelAsync(); // nobody reads any more
            await answering;
        }
    }

    private async Task RunAsync(
        RequestDelegate pipeline, ForwardedRequest request, ChannelWriter<AnswerPiece> pieces, CancellationTokenSource stop)
    {
        Interlocked.Increment(ref _inside);
        try
        {
            using var answer = new AnswerFeature(pieces);
            var end = new Lifetime(stop);
            DefaultHttpContext context = Make(request, answer, end);
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            await ErrorHandling.InvokeAsync(context, pipeline, _log);
            if (end.Aborted)
            {
                pieces.Complete(new IOException("The answer broke off."));
                return;
            }

            await answer.CompleteAsync();
            pieces.Complete();
        }
        catch (Exception error)
        {
            pieces.TryComplete(error);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    private static DefaultHttpContext Make(ForwardedRequest request, AnswerFeature answer, Lifetime end)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(answer);
        context.Features.Set<IHttpResponseBodyFeature>(answer);
        context.Features.Set<IHttpRequestLifetimeFeature>(end);
        context.Features.Set(new Forwarded());
        if (request.AnswerName is { Length: AnswerIdentity.Digits } name)
        {
            context.Features.Set(new AnswerIdentity(name, request.CreatedAt));
        }

        context.TraceIdentifier = request.TraceName;
        context.Request.Method = request.Method;
        context.Request.Scheme = "http";
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Path = request.Path;
        context.Request.QueryString = new QueryString(request.Query);
        for (int i = 0; i + 1 < request.Headers.Length; i += 2)
        {
            context.Request.Headers.Append(request.Headers[i], request.Headers[i + 1]);
        }

        context.Request.Body = new MemoryStream(request.Body, writable: false);
        context.Request.ContentLength = request.Body.Length;
        return context;
    }

    /// <summary>Marks a request that another server let in.</summary>
    internal sealed record Forwarded;

    private sealed class Lifetime(CancellationTokenSource stop) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = stop.Token;

        public bool Aborted { get; private set; }

        public void Abort()
        {
            Aborted = true;
            stop.Cancel();
        }
    }
}
