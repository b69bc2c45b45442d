using System.Globalization;

namespace OmgLlava.Runtime;

/// <summary>What a model needs of memory and what there is.</summary>
/// <param name="Needed">Bytes that weights and the largest intermediate results take.</param>
/// <param name="Available">Bytes that this process can take without swapping.</param>
public sealed record MemoryBudget(long Needed, long Available)
{
    /// <summary>Whether the model fits.</summary>
    public bool Fits => Needed <= Available;

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"needs about {Needed / 1e9:F1} GB of memory; {Available / 1e9:F1} GB are available"
        );

    /// <summary>Bytes that this process can take: the kernel's estimate on Linux, bounded by the limit of a container.</summary>
    public static long AvailableBytes()
    {
        GCMemoryInfo info = GC.GetGCMemoryInfo();
        long limit = info.TotalAvailableMemoryBytes;
        const string MemoryInfo = "/proc/meminfo";
        string? line = File.Exists(MemoryInfo)
            ? File.ReadLines(MemoryInfo).FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal))
            : null;
        return
            line is not null
            && long.TryParse(
                line["MemAvailable:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                CultureInfo.InvariantCulture,
                out long kilobytes
            )
            ? Math.Min(limit, kilobytes * 1024)
            : Math.Max(0, limit - info.MemoryLoadBytes);
    }
}
