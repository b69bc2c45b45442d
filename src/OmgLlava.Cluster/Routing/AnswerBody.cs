namespace OmgLlava.Cluster.Routing;

/// <summary>
/// The body of an answer as the pipeline writes it. What is flushed of a stream of events becomes a piece; any other body waits
/// until it is whole.
/// </summary>
/// <param name="isStream">Whether it is a stream of events.</param>
/// <param name="emit">Takes a piece.</param>
internal sealed class AnswerBody(Func<bool> isStream, Func<byte[], Task> emit) : Stream
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

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        isStream() && _waiting.Length > 0 ? emit(Take()) : Task.CompletedTask;

    /// <summary>What has been written and not yet become a piece.</summary>
    public byte[] Take()
    {
        byte[] bytes = _waiting.ToArray();
        _waiting.SetLength(0);
        return bytes;
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
