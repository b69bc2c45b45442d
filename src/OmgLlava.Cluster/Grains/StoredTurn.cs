namespace OmgLlava.Cluster.Grains;

/// <summary>A response as it is stored.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Body">The response as JSON.</param>
/// <param name="Conversation">All messages up to and with it, as JSON.</param>
[GenerateSerializer, Immutable, Alias("omg.StoredTurn")]
internal sealed record StoredTurn(
    [property: Id(0)] string Id,
    [property: Id(1)] byte[] Body,
    [property: Id(2)] byte[] Conversation);
