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
        PrintVitals(result);
    }

    /// <summary>The time after which memory, handles and threads must be flat: five minutes, or half of a shorter load.</summary>
    private static double WarmUp(LoadResult result) => Math.Min(300, result.Time.TotalSeconds / 2);

    private static void PrintVitals(LoadResult result)
    {
        double warm = WarmUp(result);
        Vitals[] later = [.. result.Vitals.Where(vitals => vitals.Seconds >= warm)];
        Line("");
        Line($"| the server, after {warm:F0} s | mean | drift to the end | scatter | flat |");
        Line("|---|--:|--:|--:|---|");
        Print("resident memory, MB", vitals => vitals.Memory / 1e6);
        Print("handles", vitals => vitals.Handles);
        Print("threads", vitals => vitals.Threads);

        void Print(string name, Func<Vitals, double> value)
        {
            Trend trend = Trend.Of([.. later.Select(vitals => (vitals.Seconds, value(vitals)))]);
            Line($"| {name} | {trend.Mean:F1} | {trend.Drift:+0.0;-0.0} | {trend.Scatter:F1} | {(trend.Flat ? "yes" : "no")} |");
        }
    }

    private static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : 1000 * sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    private static void Line(string text) => Console.WriteLine(text);
}
