namespace OmgLlava.Cluster.Placement;

/// <summary>
/// Chooses the server for a picture. Its name draws two of those that can take it, the same two everywhere (rendezvous hashing),
/// and the one with less to do gets it: so that servers which choose at the same time, on loads that are a moment old, do not all
/// choose the same one (Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
/// </summary>
internal static class PlacementChoice
{
    private const double LeastFreeMemory = 0.05;
    private const int PicturesOfARequest = 20; // a request inside weighs as much as so many pictures that nobody asks about

    /// <summary>Chooses one.</summary>
    /// <param name="key">Stands for the picture.</param>
    /// <param name="silos">The servers that could; at least one.</param>
    /// <param name="loadOf">What each has to do; null where it has not said.</param>
    public static SiloAddress Choose(uint key, IReadOnlyList<SiloAddress> silos, Func<SiloAddress, SiloLoad?> loadOf)
    {
        (SiloAddress Silo, SiloLoad? Load)[] known = [.. silos.Select(silo => (silo, loadOf(silo)))];
        (SiloAddress Silo, SiloLoad? Load)[] staying = Some([.. known.Where(silo => silo.Load is not { Leaving: true })], known);
        (SiloAddress Silo, SiloLoad? Load)[] ready = Some([.. staying.Where(silo => silo.Load is not null)], staying);
        (SiloAddress Silo, SiloLoad? Load)[] roomy = Some(
            [.. ready.Where(silo => silo.Load is { } load && HasRoom(load))], ready);
        (SiloAddress first, SiloAddress second) = Draw(key, [.. roomy.Select(silo => silo.Silo)]);
        return Cost(loadOf(second)) < Cost(loadOf(first)) ? second : first;
    }

    /// <summary>The two servers that a name draws, the same wherever it is asked; twice the same where there is one.</summary>
    /// <param name="key">Stands for the picture.</param>
    /// <param name="silos">At least one.</param>
    public static (SiloAddress First, SiloAddress Second) Draw(uint key, IReadOnlyList<SiloAddress> silos)
    {
        (SiloAddress? first, SiloAddress? second) = (null, null);
        (ulong best, ulong next) = (0, 0);
        foreach (SiloAddress silo in silos)
        {
            ulong mixed = Mix(key, (uint)silo.GetConsistentHashCode());
            if (first is null || mixed > best)
            {
                (second, next) = (first, best);
                (first, best) = (silo, mixed);
            }
            else if (second is null || mixed > next)
            {
                (second, next) = (silo, mixed);
            }
        }

        return (first!, second ?? first!);
    }

    /// <summary>Whether a server can take more.</summary>
    public static bool HasRoom(SiloLoad load) => load is { Leaving: false, FreeMemory: >= LeastFreeMemory };

    /// <summary>What a server has to do, in pictures.</summary>
    public static long Cost(SiloLoad? load) =>
        load is null ? 0 : load.Pictures + ((long)PicturesOfARequest * (load.Inside + load.Waiting));

    private static (SiloAddress, SiloLoad?)[] Some((SiloAddress, SiloLoad?)[] wanted, (SiloAddress, SiloLoad?)[] otherwise) =>
        wanted.Length > 0 ? wanted : otherwise;

    /// <summary>A number that looks random, the same for the same two (the finalizer of MurmurHash3).</summary>
    private static ulong Mix(uint key, uint silo)
    {
        ulong h = ((ulong)key << 32) | silo;
        h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
        h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
        return h ^ (h >> 33);
    }
}
