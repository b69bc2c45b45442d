using OmgLlava.Files;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>Opens whatever holds tensors: safetensors, PyTorch files of both layouts, folders of shards.</summary>
internal static class TensorSources
{
    private static readonly string[] FolderEntries =
    [
        SafetensorsWriter.IndexName,
        "model.safetensors",
        "pytorch_model.bin.index.json",
        "pytorch_model.bin",
    ];

    /// <summary>Opens a file, or the model in a folder.</summary>
    /// <exception cref="OmgLlavaException">There is nothing there, or nothing that holds tensors.</exception>
    public static ITensorSource Open(string path)
    {
        if (!Directory.Exists(path))
        {
            return path.EndsWith(".index.json", StringComparison.Ordinal) ? ShardedTensors.OpenIndex(path) : OpenFile(path);
        }

        string? entry =
            FolderEntries.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? throw new OmgLlavaException(
                $"The folder '{path}' holds no weights; expected one of {string.Join(", ", FolderEntries)}."
            );
        return Open(entry);
    }

    /// <summary>Opens one file, told apart by its content: PyTorch's zip and pickle layouts, else safetensors.</summary>
    internal static ITensorSource OpenFile(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using (FileStream file = InputFile.Open(path))
        {
            NotTheFile.Refuse(file, path);
            file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        }

        bool zip = start is [(byte)'P', (byte)'K'];
        bool pickle = start[0] == 0x80; // PROTO, the first opcode of every pickle since protocol 2
        bool header = pickle && start[1] <= 5 && !path.EndsWith(".safetensors", StringComparison.Ordinal);
        return zip || header ? PthFile.Open(path) : SafetensorsFile.Open(path);
    }
}
