namespace OmgLlava.Cluster.Routing;

/// <summary>A piece of an answer on its way to the server where the request arrived.</summary>
/// <param name="Status">The status of HTTP, in the first piece; 0 in all others.</param>
/// <param name="Headers">Names and values by turns, in the first piece; empty in all others.</param>
/// <param name="Bytes">What follows of the body.</param>
/// <param name="Last">Whether nothing follows, so that nobody need ask.</param>
[GenerateSerializer, Immutable, Alias("omg.AnswerPiece")]
internal sealed record AnswerPiece(
    [property: Id(0)] int Status,
    [property: Id(1)] string[] Headers,
    [property: Id(2)] byte[] Bytes,
    [property: Id(3)] bool Last);
