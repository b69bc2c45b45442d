namespace OmgLlava.Cluster.Placement;

/// <summary>
/// Chooses which pictures leave a server for an emptier one, such as one that has just joined. A picture goes only to one of the
/// two servers that its name draws, see <see cref="PlacementChoice"/>, and only where there are clearly fewer. A few go at a
/// time, so that what all servers decide on loads that are a moment old does not fill the emptier one to overflowing.
/// </summary>
internal static class Rebalancing
{
    /// <summary>A server is emptier when it has so much less than the mean: 10 %, but at least one picture.</summary>
    public const double Tolerance = 0.1;

    private const double ShareAtOnce = 0.25; // of what a server has above the mean

    /// <summary>Chooses them.</summary>
    /// <param name="own">The server that they leave.</param>
    /// <param name="loads">What each server has to do.</param>
    /// <param name="unused">Pictures of the server that nobody asks about, those first that should go first.</param>
    /// <returns>Pictures and where they go; none where the server has no more than others.</returns>
    public static IReadOnlyList<(GrainId Picture, SiloAddress To)> Choose(
        SiloAddress own, IReadOnlyCollection<SiloLoad> loads, IReadOnlyList<GrainId> unused)
    {
        SiloLoad[] able = [.. loads.Where(load => load.Silo.Equals(own) || PlacementChoice.HasRoom(load))];
        if (Array.Find(able, load => load.Silo.Equals(own)) is not { Leaving: false } here)
        {
            return [];
        }

        double mean = able.Average(load => load.Pictures);
        double enough = mean - Math.Max(1, Tolerance * mean);
        Dictionary<SiloAddress, int> emptier = able
            .Where(load => load.Pictures < enough && PlacementChoice.Cost(load) < PlacementChoice.Cost(here))
            .ToDictionary(load => load.Silo, load => load.Pictures);
        int most = (int)Math.Ceiling(ShareAtOnce * (here.Pictures - mean));
        SiloAddress[] silos = [.. able.Select(load => load.Silo)];
        var moves = new List<(GrainId, SiloAddress)>();
        for (int i = 0; i < unused.Count && moves.Count < most && emptier.Count > 0; i++)
        {
            (SiloAddress first, SiloAddress second) = PlacementChoice.Draw(unused[i].GetUniformHashCode(), silos);
            SiloAddress to = emptier.GetValueOrDefault(first, int.MaxValue) <= emptier.GetValueOrDefault(second, int.MaxValue)
                ? first
                : second;
            if (!emptier.TryGetValue(to, out int pictures))
            {
                continue;
            }

            moves.Add((unused[i], to));
            emptier[to] = pictures + 1;
            if (emptier[to] >= enough)
            {
                emptier.Remove(to);
            }
        }

        return moves;
    }
}
