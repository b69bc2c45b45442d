namespace OmgLlava.Cluster.Grains;

/// <summary>Keeps the secret by which pictures are named.</summary>
[Alias("omg.ISecretGrain")]
internal interface ISecretGrain : IGrainWithIntegerKey
{
    /// <summary>The secret; made the first time.</summary>
    [Alias("Get")]
    Task<byte[]> GetAsync();
}
