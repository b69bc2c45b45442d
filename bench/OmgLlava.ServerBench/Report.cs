namespace OmgLlava.ServerBench;

/// <summary>Prints the table.</summary>
internal static class Report
{
    public static void Print(LoadResult result, double idleShare)
    {
        Line(
            $"{result.Clients} clients, {result.Time.TotalSeconds:F0} s; the idle server takes {100 * idleShare:F2} % of a core"
        );
        Line("");
        Line($"| request | count | p50 ms | p95 ms | p99 ms |");
        Line($"|---|--:|--:|--:|--:|");
        foreach ((RequestKind kind, IReadOnlyList<double> seconds) in result.Latencies)
        {
            Line(
                $"| {kind} | {seconds.Count} | {Quantile(seconds, 0.5):F0} | {Quantile(seconds, 0.95):F0} | "
                    + $"{Quantile(seconds, 0.99):F0} |"
            );
        }

        int total = result.Latencies.Values.Sum(list => list.Count);
        Line("");
        Line(
            $"{total / result.Time.TotalSeconds:F1} requests/s; wrong answers {result.Wrong}, status 5xx "
                + $"{result.ServerErrors}, 4xx {result.Refused}"
        );
        Line(
            $"resident memory {result.MemoryEarly / 1e6:F0} MB early, {result.MemoryEnd / 1e6:F0} MB at the end "
                + $"({100.0 * (result.MemoryEnd - result.MemoryEarly) / result.MemoryEarly:+0.0;-0.0} %)"
        );
    }

    private static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : 1000 * sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    private static void Line(string text) => Console.WriteLine(text);
}
