namespace OmgLlava.Server.Hosting;

/// <summary>What may end a request early; kept among its features.</summary>
/// <param name="client">Cancelled when the client has gone.</param>
internal sealed class RequestEnd(CancellationToken client)
{
    /// <summary>Whether nobody is there any more.</summary>
    public bool ClientGone => client.IsCancellationRequested;

    /// <summary>Why the server itself ended the request.</summary>
    public ApiException? Why { get; set; }
}
