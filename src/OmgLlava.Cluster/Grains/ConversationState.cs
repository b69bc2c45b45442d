namespace OmgLlava.Cluster.Grains;

/// <summary>What is stored of a conversation.</summary>
[GenerateSerializer, Alias("omg.ConversationState")]
internal sealed class ConversationState
{
    /// <summary>Whose it is.</summary>
    [Id(0)]
    public string Owner { get; set; } = "";

    /// <summary>Its responses, the oldest first.</summary>
    [Id(1)]
    public List<StoredTurn> Turns { get; set; } = [];
}
