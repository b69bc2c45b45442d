using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;

namespace OmgLlava.Cluster.Routing;

/// <summary>The answer to a request that came from another server, for the pipeline: what it says becomes pieces.</summary>
internal sealed class AnswerFeature : IHttpResponseFeature, IHttpResponseBodyFeature, IDisposable
{
    private readonly ChannelWriter<AnswerPiece> _pieces;
    private readonly AnswerBody _body;
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
    private PipeWriter? _writer;
    private bool _complete;

    public AnswerFeature(ChannelWriter<AnswerPiece> pieces)
    {
        _pieces = pieces;
        _body = new AnswerBody(
            () => Headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase),
            bytes => EmitAsync(bytes, last: false));
        Body = _body;
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; }

    public bool HasStarted { get; private set; }

    public Stream Stream => _body;

    public PipeWriter Writer => _writer ??= PipeWriter.Create(_body, new StreamPipeWriterOptions(leaveOpen: true));

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public void Dispose() => _body.Dispose();

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask; // with the first piece

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(_body, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        if (_complete)
        {
            return;
        }

        _complete = true;
        if (_writer is not null)
        {
            await _writer.FlushAsync();
        }

        await EmitAsync(_body.Take(), last: true);
        while (_completed.TryPop(out (Func<object, Task> Callback, object State) each))
        {
            await each.Callback(each.State);
        }
    }

    private async Task EmitAsync(byte[] bytes, bool last)
    {
        if (HasStarted)
        {
            await _pieces.WriteAsync(new AnswerPiece(0, [], bytes, last));
            return;
        }

        while (_starting.TryPop(out (Func<object, Task> Callback, object State) each))
        {
            await each.Callback(each.State);
        }

        HasStarted = true;
        string[] headers = [.. Headers.SelectMany(header => (string[])[header.Key, header.Value.ToString()])];
        await _pieces.WriteAsync(new AnswerPiece(StatusCode, headers, bytes, last));
    }
}
