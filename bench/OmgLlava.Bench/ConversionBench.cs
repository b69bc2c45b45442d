using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OmgLlava.Conversion;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Bench;

/// <summary>
/// Converts the published files in full size, zeros in them, in a process of its own for each format so that its peak memory is
/// its own. <c>--folder DIR</c> is where files and models go, <c>--format plain|int4|int8</c> what to make.
/// </summary>
internal static class ConversionBench
{
    public static void Run(BenchOptions options)
    {
        string folder = options.Text("folder") ?? Path.Combine(Path.GetTempPath(), "omg-published");
        string format = options.Text("format") ?? "plain";
        string files = Path.Combine(folder, "files");
        if (!Directory.Exists(files))
        {
            PublishedShapes.Write(files, options.Text("table") ?? "tests/official_keys.tsv");
        }

        string output = Path.Combine(folder, format);
        var conversion = new ConversionOptions
        {
            Quantization = format == "plain" ? null : QuantizationConfig.Of(Enum.Parse<WeightFormat>(format, ignoreCase: true)),
        };
        var clock = Stopwatch.StartNew();
        using var converter = CheckpointConverter.Open(new PublishedFiles([files]), conversion);
        double opened = clock.Elapsed.TotalSeconds;
        converter.Write(output);
        double written = clock.Elapsed.TotalSeconds;
        long read = Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        long wrote = Directory.EnumerateFiles(output).Sum(file => new FileInfo(file).Length);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{format}: {read / 1e9:F1} GB read, {wrote / 1e9:F1} GB written, planned in {opened:F1} s, done in "
                    + $"{written:F0} s, peak resident memory {Peak():F2} GB"
            )
        );
    }

    private static double Peak()
    {
        Match peak = Regex.Match(File.ReadAllText("/proc/self/status"), @"VmHWM:\s+(\d+) kB");
        return long.Parse(peak.Groups[1].Value, CultureInfo.InvariantCulture) * 1024 / 1e9;
    }
}
