using System.IO.MemoryMappedFiles;

namespace OmgLlava.Weights;

/// <summary>
/// One memory-mapped safetensors file. A tensor's pages are mapped only while it is copied, so that reading a large file does not
/// hold it in memory a second time.
/// </summary>
public sealed class SafetensorsFile : ITensorSource
{
    private readonly MemoryMappedFile _map;
    private readonly SafetensorsHeader.Layout _layout;

    private SafetensorsFile(string path, MemoryMappedFile map, SafetensorsHeader.Layout layout) =>
        (Path, _map, _layout) = (path, map, layout);

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _layout.Tensors;

    /// <summary>The texts that the writer of the file left in it.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _layout.Metadata;

    /// <summary>Opens a file and checks its header: types, shapes, and that the tensors fill the file exactly.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or not valid.</exception>
    public static SafetensorsFile Open(string path)
    {
        FileStream file = TensorFiles.OpenRead(path);
        try
        {
            SafetensorsHeader.Layout layout = SafetensorsHeader.Read(file, path);
            var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new SafetensorsFile(path, map, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public unsafe void CopyTo(string name, Span<byte> destination)
    {
        TensorInfo info = this.Describe(name);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, info.ByteCount);
        if (info.ByteCount == 0)
        {
            return;
        }

        using MemoryMappedViewAccessor view = _map.CreateViewAccessor(_layout.Begins[name], info.ByteCount, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        try
        {
            new ReadOnlySpan<byte>(pointer + view.PointerOffset, destination.Length).CopyTo(destination);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _map.Dispose();
}
