using System.Runtime.CompilerServices;

namespace OmgLlava.MetricGoldens;

/// <summary>The folder of metric cases: <c>tests/metrics</c>, or the one that <c>OMG_METRICS</c> names.</summary>
internal static class MetricFolder
{
    public const string Caption = "caption";
    public const string CocoAp = "coco_ap";
    public const string GroundedCaption = "gcg";
    public const string Panoptic = "panoptic";
    public const string ReferringSegmentation = "refseg";
    public const string ReferPickle = "refer_pickle";
    public const string RunLengths = "rle";
    public const string Semantic = "semantic";

    /// <summary>The kinds of case that there is a test class for.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [Caption, CocoAp, GroundedCaption, Panoptic, ReferringSegmentation, ReferPickle, RunLengths, Semantic];

    public static string Root { get; } = Find();

    /// <summary>The names of the case folders, in order.</summary>
    public static IEnumerable<string> Cases() =>
        Directory
            .EnumerateDirectories(Root)
            .Select(folder => Path.GetFileName(folder))
            .Where(name => name[0] != '.')
            .Order(StringComparer.Ordinal);

    /// <summary>The kind of a case folder: the longest kind that its name equals or begins with; null when there is
    /// none.</summary>
    public static string? KindOf(string folder) =>
        Kinds.Where(kind => folder == kind || folder.StartsWith(kind + "_", StringComparison.Ordinal)).MaxBy(kind => kind.Length);

    private static string Find([CallerFilePath] string source = "")
    {
        string folder = Environment.GetEnvironmentVariable("OMG_METRICS") is { Length: > 0 } named
            ? named
            : Path.Combine(Path.GetDirectoryName(source)!, "..", "metrics");
        return Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new DirectoryNotFoundException($"The folder of metric cases '{folder}' does not exist.");
    }
}
