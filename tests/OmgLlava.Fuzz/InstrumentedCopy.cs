namespace OmgLlava.Fuzz;

/// <summary>
/// This program in a folder of its own in which the code under test counts the edges it passes (SharpFuzz). Everything else is
/// linked, since native libraries are large.
/// </summary>
internal sealed class InstrumentedCopy : IDisposable
{
    /// <summary>What is counted: readers and what stands behind them, not the numeric loops, which would only be slowed
    /// down.</summary>
    private static readonly string[] Rooms =
    [
        "OmgLlava.Weights",
        "OmgLlava.Formats",
        "OmgLlava.Conversion",
        "OmgLlava.Imaging.",
        "OmgLlava.Language.Tokenizer",
        "OmgLlava.Language.Tokenizing",
        "OmgLlava.Language.LanguageConfig",
        "OmgLlava.OmgLlavaConfig",
        "OmgLlava.Json",
        "OmgLlava.Chat",
        "OmgLlava.Serving",
        "OmgLlava.Prompt",
        "OmgLlava.Server",
        "OmgLlava.Training.Recipes",
        "SharpFuzz",
    ];

    private static readonly string[] Assemblies = ["OmgLlava.dll", "OmgLlava.Training.dll", "OmgLlava.Server.dll"];

    public InstrumentedCopy()
    {
        Folder = Directory.CreateTempSubdirectory("omg-fuzz-code-").FullName;
        foreach (string entry in Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(entry);
            string copy = Path.Combine(Folder, name);
            if (Assemblies.Contains(name))
            {
                File.Copy(entry, copy);
                SharpFuzz.Fuzzer.Instrument(
                    copy,
                    type => Rooms.Any(room => type.StartsWith(room, StringComparison.Ordinal)),
                    SharpFuzz.Options.Value
                );
            }
            else if (Directory.Exists(entry))
            {
                Directory.CreateSymbolicLink(copy, entry);
            }
            else if (Path.GetExtension(name) is ".dll" or ".json")
            {
                File.Copy(entry, copy); // a link would load from where it points to
            }
            else
            {
                File.CreateSymbolicLink(copy, entry);
            }
        }
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
