using System.Globalization;

namespace OmgLlava.Bench;

/// <summary>A Markdown table, and what it was measured on.</summary>
internal static class Table
{
    public static void Header(string what, params string[] columns)
    {
        string processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .First(line => line.StartsWith("model name", StringComparison.Ordinal))
                .Split(':')[1]
                .Trim()
            : "processor unknown";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{what}; {DateTime.UtcNow:yyyy-MM-dd}, {processor}, {Environment.ProcessorCount} threads\n"
            )
        );
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
    }

    public static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    public static string Number(double value, int digits = 2) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
