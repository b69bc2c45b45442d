using OmgLlava.Files;

namespace OmgLlava.Weights;

/// <summary>
/// One safetensors file. A tensor is read straight into the memory that asks for it, from any thread, so that reading a large
/// file does not hold it in memory a second time.
/// </summary>
internal sealed class SafetensorsFile : ITensorSource
{
    private readonly FileStream _file;
    private readonly SafetensorsHeader.Layout _layout;

    private SafetensorsFile(string path, FileStream file, SafetensorsHeader.Layout layout) =>
        (Path, _file, _layout) = (path, file, layout);

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
        FileStream file = InputFile.Open(path);
        try
        {
            SafetensorsHeader.Layout layout = SafetensorsHeader.Read(file, path);
            return new SafetensorsFile(path, file, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public (string File, long Begin)? PlaceOf(string name) => (Path, _layout.Begins[name]);

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        TensorInfo info = this.Describe(name);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, info.ByteCount);
        long at = _layout.Begins[name];
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, destination, at);
            if (read == 0)
            {
                throw new OmgLlavaException($"'{Path}' became shorter while it was read: '{name}' is cut off.");
            }

            destination = destination[read..];
            at += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
