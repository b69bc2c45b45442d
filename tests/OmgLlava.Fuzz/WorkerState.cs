using System.IO.MemoryMappedFiles;

namespace OmgLlava.Fuzz;

/// <summary>
/// What a worker is doing, in a file that both processes map: it is still there after the worker was killed or crashed in native
/// code. Layout: index of the input (8 bytes), milliseconds since its start by the system's clock or 0 (8), inputs kept (8),
/// edges (8), length (8), bytes.
/// </summary>
internal sealed class WorkerState : IDisposable
{
    public const int LongestInput = 1 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public WorkerState(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, 40 + LongestInput);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Index of the input that is being read, or the next one.</summary>
    public long Index
    {
        get => _view.ReadInt64(0);
        set => _view.Write(0, value);
    }

    /// <summary>When the input was begun, in milliseconds of the system's clock; 0 between inputs.</summary>
    public long Begun
    {
        get => _view.ReadInt64(8);
        set => _view.Write(8, value);
    }

    /// <summary>Inputs that showed something new.</summary>
    public long Kept
    {
        get => _view.ReadInt64(16);
        set => _view.Write(16, value);
    }

    /// <summary>Edges of the code that were passed.</summary>
    public long Edges
    {
        get => _view.ReadInt64(24);
        set => _view.Write(24, value);
    }

    /// <summary>The input.</summary>
    public byte[] Input
    {
        get
        {
            byte[] bytes = new byte[Math.Clamp(_view.ReadInt64(32), 0, LongestInput)];
            _view.ReadArray(40, bytes, 0, bytes.Length);
            return bytes;
        }
        set
        {
            _view.Write(32, (long)value.Length);
            _view.WriteArray(40, value, 0, value.Length);
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
