using System.Collections.Concurrent;

namespace OmgLlava.Cluster.Placement;

/// <summary>What this server knows of the loads of all, at most a moment old, with what it has placed itself since.</summary>
internal sealed class LoadBoard
{
    private readonly ConcurrentDictionary<SiloAddress, int> _placed = new();
    private volatile IReadOnlyDictionary<SiloAddress, SiloLoad> _loads = new Dictionary<SiloAddress, SiloLoad>();

    /// <summary>The loads as they were said.</summary>
    public IReadOnlyCollection<SiloLoad> Loads => [.. _loads.Values];

    /// <summary>What all servers have to do, in a sentence.</summary>
    public string Describe()
    {
        IReadOnlyCollection<SiloLoad> loads = Loads;
        return $"The cluster's {loads.Count} servers have {loads.Sum(load => load.Inside)} of the {loads.Sum(load => load.Room)} "
            + "requests that they take.";
    }

    /// <summary>New loads are known.</summary>
    public void Update(IEnumerable<SiloLoad> loads)
    {
        _loads = loads.ToDictionary(load => load.Silo);
        _placed.Clear();
    }

    /// <summary>The load of a server; null where it has not said.</summary>
    public SiloLoad? Of(SiloAddress silo) =>
        _loads.TryGetValue(silo, out SiloLoad? load)
            ? load with { Pictures = load.Pictures + _placed.GetValueOrDefault(silo) }
            : null;

    /// <summary>This server placed a picture.</summary>
    public void Place(SiloAddress silo) => _placed.AddOrUpdate(silo, 1, (_, count) => count + 1);
}
