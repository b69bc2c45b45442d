namespace OmgLlava.World;

/// <summary>Random numbers of one scene: SplitMix64 (Steele et al., 2014), the same on every machine and runtime.</summary>
internal sealed class SceneRandom(ulong state)
{
    private ulong _state = state;

    /// <summary>The stream of one part of one scene.</summary>
    public static SceneRandom For(long seed, long index, int part) =>
        new(Mix((ulong)seed) ^ Mix((ulong)index + 0x632be59bd9b4e019) ^ Mix((ulong)part + 0xd1b54a32d192ed03));

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        return Mix(_state);
    }

    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Range(double low, double high) => low + ((high - low) * Unit());

    /// <summary>0 to below the bound.</summary>
    public int Below(int bound) => (int)(Unit() * bound);

    public bool Chance(double probability) => Unit() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The items in random order.</summary>
    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        T[] array = [.. items];
        for (int i = array.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (array[i], array[j]) = (array[j], array[i]);
        }

        return array;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
