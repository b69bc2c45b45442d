using System.Threading.Channels;

namespace OmgLlava.Cluster.Routing;

/// <summary>The body of an answer as the pipeline writes it: what is flushed becomes a piece.</summary>
/// <param name="pieces">Takes the bytes.</param>
/// <param name="start">Runs before the first piece.</param>
internal sealed class AnswerBody(ChannelWriter<AnswerPiece> pieces, Func<Task> start) : Stream
{
    private readonly MemoryStream _waiting = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => _waiting.Write(buffer, offset, count);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        _waiting.Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _waiting.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await start();
        if (_waiting.Length > 0)
        {
            byte[] bytes = _waiting.ToArray();
            _waiting.SetLength(0);
            await pieces.WriteAsync(new AnswerPiece(0, [], bytes), cancellationToken);
        }
    }

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        _waiting.Dispose();
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
