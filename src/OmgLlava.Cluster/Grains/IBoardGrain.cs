using OmgLlava.Cluster.Placement;

namespace OmgLlava.Cluster.Grains;

/// <summary>
/// Where all servers say what they have to do, and learn it of the others. There is one; nothing of it is stored.
/// </summary>
[Alias("omg.IBoardGrain")]
internal interface IBoardGrain : IGrainWithIntegerKey
{
    /// <summary>Says the load of a server.</summary>
    /// <returns>The loads of all that have said theirs lately.</returns>
    [Alias("Report")]
    Task<SiloLoad[]> ReportAsync(SiloLoad load);
}
