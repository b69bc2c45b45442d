using OmgLlava.Weights;

namespace OmgLlava;

/// <summary>
/// A model directory while it is written. A mark in it says that what stands there is not whole; a process that is killed leaves
/// it behind, and whoever writes there next clears it away and begins anew.
/// </summary>
internal sealed class UnfinishedModel : IDisposable
{
    /// <summary>Name of the mark.</summary>
    public const string MarkName = ".unfinished";

    private static readonly string[] OfModel = [ModelDirectory.ConfigName, "*.safetensors", SafetensorsWriter.IndexName];
    private static readonly string[] OfKilled = ["*.safetensors.*.tmp", "*.json.*.tmp"];

    private readonly string _folder;
    private readonly FileStream _mark;
    private bool _whole;

    private UnfinishedModel(string folder, FileStream mark) => (_folder, _mark) = (folder, mark);

    /// <summary>Makes the folder, or checks that it can take a model, and marks it.</summary>
    /// <exception cref="OmgLlavaException">It holds a model, is being written, cannot be made, or is a file.</exception>
    public static UnfinishedModel Begin(string folder)
    {
        try
        {
            Make(folder);
            // Whoever writes holds the mark open, and nobody else can.
            string path = Path.Combine(folder, MarkName);
            var mark = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Clear(folder);
            return new UnfinishedModel(folder, mark);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OmgLlavaException($"The folder '{folder}' cannot be written: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Makes the folder, or checks that it can take a model.</summary>
    /// <exception cref="OmgLlavaException">It holds a model.</exception>
    /// <exception cref="IOException">It cannot be made, or is a file.</exception>
    public static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!Is(folder) && Files(folder, OfModel).Any())
        {
            throw new OmgLlavaException($"The folder '{folder}' already holds a model; delete it or name another one.");
        }
    }

    /// <summary>Whether what a folder holds is not whole.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, MarkName));

    /// <summary>The model is whole.</summary>
    public void Finish()
    {
        File.Delete(Path.Combine(_folder, MarkName));
        _whole = true;
    }

    /// <summary>Without <see cref="Finish"/> before, what was written goes.</summary>
    public void Dispose()
    {
        if (!_whole)
        {
            Clear(_folder);
            File.Delete(Path.Combine(_folder, MarkName));
        }

        _mark.Dispose();
    }

    private static IEnumerable<string> Files(string folder, string[] patterns) =>
        patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern));

    private static void Clear(string folder)
    {
        foreach (string path in Files(folder, [.. OfModel, .. OfKilled]).ToArray())
        {
            File.Delete(path);
        }
    }
}
