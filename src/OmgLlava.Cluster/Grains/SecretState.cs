namespace OmgLlava.Cluster.Grains;

/// <summary>What is stored of the secret.</summary>
[GenerateSerializer, Alias("omg.SecretState")]
internal sealed class SecretState
{
    /// <summary>32 random bytes; null until it is made.</summary>
    [Id(0)]
    public byte[]? Secret { get; set; }
}
