using OmgLlava.Cluster.Routing;

namespace OmgLlava.Cluster.Grains;

/// <summary>
/// A picture, named as in the API. It lives on the server that computes its features; conversations about it have their keys and
/// values there, too.
/// </summary>
[Alias("omg.IPictureGrain")]
internal interface IPictureGrain : IGrainWithStringKey
{
    /// <summary>Answers a request about the picture, piece by piece; the first piece has status and headers.</summary>
    [Alias("Answer")]
    IAsyncEnumerable<AnswerPiece> AnswerAsync(ForwardedRequest request, CancellationToken cancellation = default);

    /// <summary>Goes to another server, unless somebody is asking.</summary>
    [Alias("Move")]
    Task MoveAsync(SiloAddress to);
}
