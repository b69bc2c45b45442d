namespace OmgLlava.Fuzz.Targets;

/// <summary>A file in memory, for readers that take a path.</summary>
internal sealed class ScratchFile
{
    private readonly string _folder = Directory.CreateTempSubdirectory("omg-fuzz-").FullName;
    private readonly string _path;

    public ScratchFile(string name)
    {
        if (Directory.Exists("/dev/shm"))
        {
            Directory.Delete(_folder);
            _folder = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetFileName(_folder))).FullName;
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);
        _path = Path.Combine(_folder, name);
    }

    /// <summary>The folder, for readers of several files.</summary>
    public string Folder => _folder;

    /// <summary>Writes the bytes and names the file.</summary>
    public string With(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        return _path;
    }
}
