using System.Runtime.CompilerServices;

namespace OmgLlava.Tests;

/// <summary>Files that lie beside the tests.</summary>
internal static class Repository
{
    public static string Tests { get; } = FindTests();

    public static string Root => Path.GetFullPath(Path.Combine(Tests, ".."));

    /// <summary>The golden case laid out like the published files.</summary>
    public static string Published => Path.Combine(Tests, "goldens", "end_to_end");

    private static string FindTests([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, ".."));
}
