using OmgLlava.Cluster.Placement;

namespace OmgLlava.Cluster.Grains;

/// <inheritdoc cref="IBoardGrain"/>
internal sealed class BoardGrain(TimeProvider time) : Grain, IBoardGrain
{
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SiloAddress, (SiloLoad Load, DateTimeOffset Said)> _loads = [];

    public Task<SiloLoad[]> ReportAsync(SiloLoad load)
    {
        DateTimeOffset now = time.GetUtcNow();
        _loads[load.Silo] = (load, now);
        foreach (SiloAddress silent in _loads.Where(pair => now - pair.Value.Said > Lately).Select(pair => pair.Key).ToArray())
        {
            _loads.Remove(silent);
        }

        return Task.FromResult(_loads.Values.Select(entry => entry.Load).ToArray());
    }
}
