namespace OmgLlava.Data.Templates;

/// <summary>Choices that depend on a seed and a name alone.</summary>
internal static class Choice
{
    /// <summary>One of several texts.</summary>
    public static string Of(IReadOnlyList<string> texts, int seed, string name) =>
        texts[(int)(Hash(seed, name) % (uint)texts.Count)];

    /// <summary>A number below a limit.</summary>
    public static int Below(int limit, int seed, string name) => (int)(Hash(seed, name) % (uint)limit);

    /// <summary>The items in an order of chance.</summary>
    public static IEnumerable<T> Shuffle<T>(IEnumerable<T> items, int seed, string name) =>
        items.Select((item, i) => (item, key: Hash(seed, $"{name}/{i}"))).OrderBy(pair => pair.key).Select(pair => pair.item);

    /// <summary>FNV-1a over the name, then the finalizer of MurmurHash3, so that names that differ in their last digit differ
    /// everywhere.</summary>
    private static uint Hash(int seed, string name)
    {
        uint hash = 2166136261 ^ ((uint)seed * 2654435761);
        foreach (char c in name)
        {
            hash = (hash ^ c) * 16777619;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
