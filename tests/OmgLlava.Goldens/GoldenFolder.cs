using System.Runtime.CompilerServices;

namespace OmgLlava.Goldens;

/// <summary>The folder of golden cases: <c>tests/goldens</c>, or the one that <c>OMG_GOLDENS</c> names.</summary>
internal static class GoldenFolder
{
    public static string Root { get; } = Find();

    /// <summary>The case folders, in order.</summary>
    public static IEnumerable<string> Cases() =>
        Directory
            .EnumerateDirectories(Root)
            .Where(folder => File.Exists(Path.Combine(folder, "case.json")))
            .Order(StringComparer.Ordinal);

    private static string Find([CallerFilePath] string source = "")
    {
        string folder = Environment.GetEnvironmentVariable("OMG_GOLDENS") is { Length: > 0 } named
            ? named
            : Path.Combine(Path.GetDirectoryName(source)!, "..", "goldens");
        return Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new DirectoryNotFoundException($"The folder of golden cases '{folder}' does not exist.");
    }
}
