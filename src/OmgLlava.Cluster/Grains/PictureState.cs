namespace OmgLlava.Cluster.Grains;

/// <summary>What is stored of a picture. Its features are computed anew.</summary>
[GenerateSerializer, Alias("omg.PictureState")]
internal sealed class PictureState
{
    /// <summary>Whose it is.</summary>
    [Id(0)]
    public string Owner { get; set; } = "";

    /// <summary>The file as it was given; null where there is none.</summary>
    [Id(1)]
    public byte[]? File { get; set; }
}
