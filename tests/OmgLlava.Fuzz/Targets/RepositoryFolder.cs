using System.Runtime.CompilerServices;

namespace OmgLlava.Fuzz.Targets;

/// <summary>Files that lie beside this program's source.</summary>
internal static class RepositoryFolder
{
    public static string Tests { get; } = Find();

    private static string Find([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", ".."));
}
