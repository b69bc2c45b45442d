using System.Globalization;
using System.Text.Json;

namespace OmgLlava.MetricGoldens;

/// <summary>
/// One line of the report: a part of a case folder that is compared with what the reference implementations gave. Differences are
/// collected, written to the file that <c>OMG_METRIC_REPORT</c> names, and asserted at the end.
/// </summary>
internal sealed class MetricCase
{
    private static readonly Lock Gate = new();
    private readonly List<string> _failures = [];
    private double _largest;
    private double _share;
    private double _tolerance;
    private string _worst = "-";
    private int _compared;

    private MetricCase(string folder) => Folder = Path.Combine(MetricFolder.Root, folder);

    public string Folder { get; }

    /// <summary>Lets a test compare, reports, and fails where anything differed or went wrong.</summary>
    /// <param name="folder">Name of the case folder.</param>
    /// <param name="part">What of it is compared.</param>
    /// <param name="compare">Compares.</param>
    public static void Run(string folder, string part, Action<MetricCase> compare)
    {
        var golden = new MetricCase(folder);
        try
        {
            compare(golden);
        }
        catch (Exception error)
        {
            golden._failures.Add(error.ToString());
        }

        golden.Finish($"{folder}/{part}");
    }

    /// <summary>Reports that a part was not compared, and why.</summary>
    public static void Skip(string folder, string part, string reason) =>
        Report($"{folder}/{part}\t0\t-\t-\t-\tskipped: {reason}\n");

    public string PathOf(string name) => Path.Combine(Folder, name);

    public JsonElement Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(name)));
        return document.RootElement.Clone();
    }

    /// <summary>Compares a number; NaN is written as the text "NaN".</summary>
    public void Number(string label, double actual, JsonElement expected, double tolerance = 1e-9) =>
        Number(label, actual, expected.ValueKind == JsonValueKind.String ? double.NaN : expected.GetDouble(), tolerance);

    public void Number(string label, double actual, double expected, double tolerance = 1e-9)
    {
        _compared++;
        double difference = double.IsNaN(actual) && double.IsNaN(expected) ? 0 : Math.Abs(actual - expected);
        double share = difference == 0 ? 0 : difference / tolerance;
        if (!(share < _share))
        {
            (_largest, _share, _worst) = (difference, share, difference == 0 ? _worst : label);
        }

        _tolerance = Math.Max(_tolerance, tolerance);
        if (!(difference <= tolerance))
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{label}: {actual:R}, expected {expected:R}"));
        }
    }

    public void Numbers(string label, IEnumerable<double> actual, JsonElement expected, double tolerance = 1e-9)
    {
        double[] values = [.. actual];
        if (values.Length != expected.GetArrayLength())
        {
            Equal(label + ".length", values.Length, expected.GetArrayLength());
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            Number($"{label}[{i}]", values[i], expected[i], tolerance);
        }
    }

    /// <summary>Compares what must be the same: integers, texts, lists of them.</summary>
    public void Equal<T>(string label, T actual, T expected)
    {
        _compared++;
        if (!EqualityComparer<T>.Default.Equals(actual, expected))
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{label}: '{actual}', expected '{expected}'"));
        }
    }

    private void Finish(string name)
    {
        bool passed = _failures.Count == 0 && _compared > 0;
        string tolerance = _tolerance == 0 ? "exact" : _tolerance.ToString("0e-0", CultureInfo.InvariantCulture);
        Report(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}\t{_compared}\t{_largest:0.0e-0}\t{_worst}\t{tolerance}\t{(passed ? "pass" : "FAIL")}\n"
            )
        );
        string list = string.Join(Environment.NewLine, _failures.Take(40));
        Assert.True(passed, $"{name}: {_failures.Count} of {_compared} comparisons failed{Environment.NewLine}{list}");
    }

    private static void Report(string line)
    {
        if (Environment.GetEnvironmentVariable("OMG_METRIC_REPORT") is { Length: > 0 } path)
        {
            lock (Gate)
            {
                File.AppendAllText(path, line);
            }
        }
    }
}
