using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using OmgLlava.Files;
using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>
/// A PyTorch <c>.pth</c>, <c>.pt</c> or <c>.bin</c> file, in the zip layout or the older one of several pickles. Only its tensors
/// are read; the pickle is interpreted by <see cref="PickleReader"/>, which runs nothing. A state dict may lie bare or under
/// <c>state_dict</c>, <c>model</c> or <c>module</c>; a bare tensor has the empty name.
/// </summary>
internal sealed class PthFile : ITensorSource
{
    private const int MaxDepth = 16;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse(
        "1950a86a20f9469cfc6c",
        System.Globalization.NumberStyles.HexNumber,
        null
    );
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "module"];

    private readonly FileStream _file;
    private readonly ZipArchive? _zip;
    private readonly string _folder = "";
    private readonly Dictionary<string, (long Begin, long Count)> _legacyStorages = [];
    private readonly Dictionary<string, PickleTensor> _views = [];

    private PthFile(string path, FileStream file)
    {
        (Path, _file) = (path, file);
        Span<byte> start = stackalloc byte[2];
        file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        file.Position = 0;
        object? root;
        if (start is [(byte)'P', (byte)'K'])
        {
            (_zip, _folder) = OpenZip();
            root = ReadZip(_zip);
        }
        else
        {
            root = ReadLegacy();
        }

        Collect(Unwrap(root), "", 0);
        Tensors = _views.ToDictionary(v => v.Key, v => new TensorInfo(v.Key, v.Value.Storage.DType, v.Value.Shape));
        if (Tensors.Count == 0)
        {
            throw new OmgLlavaException($"'{path}' holds no tensors.");
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a file and reads its structure; tensor data is left alone.</summary>
    /// <exception cref="OmgLlavaException">The file is missing or damaged, or asks to run something; the message names
    /// it.</exception>
    public static PthFile Open(string path)
    {
        FileStream file = InputFile.Open(path);
        try
        {
            return new PthFile(path, file);
        }
        catch (Exception error)
        {
            file.Dispose();
            throw error is InvalidDataException or EndOfStreamException or IOException
                ? new OmgLlavaException($"'{path}' is damaged: {error.Message}", error)
                : error;
        }
    }

    /// <inheritdoc/>
    public void CopyTo(string name, Span<byte> destination)
    {
        TensorInfo info = this.Describe(name);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, info.ByteCount);
        PickleTensor view = _views[name];
        int size = ElementTypes.Size(info.DType);
        if (info.ElementCount == 0)
        {
            return;
        }

        if (view.IsContiguous)
        {
            ReadStorage(view.Storage, view.Offset * size, destination);
            return;
        }

        byte[] reached = new byte[checked((int)(view.Reach * size))];
        ReadStorage(view.Storage, view.Offset * size, reached);
        Gather(view, size, reached, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zip?.Dispose();
        _file.Dispose();
    }

    private static void Gather(PickleTensor view, int size, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        long[] index = new long[view.Shape.Length];
        for (int to = 0; to < destination.Length; to += size)
        {
            long from = 0;
            for (int d = 0; d < index.Length; d++)
            {
                from += index[d] * view.Strides[d];
            }

            source.Slice((int)(from * size), size).CopyTo(destination[to..]);
            for (int d = index.Length - 1; d >= 0 && ++index[d] == view.Shape[d]; d--)
            {
                index[d] = 0;
            }
        }
    }

    private void ReadStorage(PickleStorage storage, long offset, Span<byte> destination)
    {
        lock (_file)
        {
            if (_zip is null)
            {
                _file.Position = _legacyStorages[storage.Key].Begin + offset;
                _file.ReadExactly(destination);
                return;
            }

            try
            {
                using Stream data = Entry(_zip, $"data/{storage.Key}").Open();
                Skip(data, offset);
                data.ReadExactly(destination);
            }
            catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
            {
                throw new OmgLlavaException($"'{Path}' is damaged in storage '{storage.Key}': {error.Message}", error);
            }
        }
    }

    private static void Skip(Stream stream, long count)
    {
        byte[] buffer = new byte[Math.Min(count, 1 << 20)];
        while (count > 0)
        {
            int part = (int)Math.Min(count, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
            count -= part;
        }
    }

    private (ZipArchive Zip, string Folder) OpenZip()
    {
        ZipArchive zip;
        try
        {
            zip = new ZipArchive(_file, ZipArchiveMode.Read, leaveOpen: true);
            _ = zip.Entries.Count;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            // What lies where is written at the end of a zip file.
            throw new OmgLlavaException(
                $"'{Path}' begins as a zip file but is damaged or its end is missing: the download was probably cut off; "
                    + $"download it again.",
                error
            );
        }

        string[] pickles =
        [
            .. zip
                .Entries.Select(entry => entry.FullName)
                .Where(name => name == "data.pkl" || name.EndsWith("/data.pkl", StringComparison.Ordinal)),
        ];
        return pickles.Length > 0
            ? (zip, pickles.MinBy(name => name.Length)![..^"data.pkl".Length])
            : throw new OmgLlavaException(
                $"'{Path}' is a zip file but not one that PyTorch wrote: it has no data.pkl{Inside(zip)}."
            );
    }

    /// <summary>What a foreign zip file holds, where that helps.</summary>
    private static string Inside(ZipArchive zip)
    {
        string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
        string? weights = names.FirstOrDefault(name =>
            System.IO.Path.GetExtension(name) is ".pth" or ".pt" or ".bin" or ".safetensors"
        );
        return weights is not null ? $" but holds '{weights}'; unpack it and give that file"
            : names.Length > 0 && names.All(name => name.EndsWith(".npy", StringComparison.Ordinal))
                ? "; it holds NumPy arrays, and a PyTorch or safetensors file is needed"
            : names.Length > 0 ? $" but holds '{names[0]}'; is it the right file?"
            : " and holds nothing";
    }

    private object? ReadZip(ZipArchive zip)
    {
        if (zip.GetEntry(_folder + "byteorder") is { Length: < 16 } order)
        {
            using var reader = new StreamReader(order.Open());
            string text = reader.ReadToEnd();
            if (text != "little")
            {
                throw new OmgLlavaException($"'{Path}' was written in {text}-endian order; only little-endian files are read.");
            }
        }

        ZipArchiveEntry pickle = Entry(zip, "data.pkl");
        using var copy = new MemoryStream();
        using (Stream data = pickle.Open())
        {
            data.CopyTo(copy);
        }

        copy.Position = 0;
        return PickleReader.Read(
            copy,
            Path,
            id =>
            {
                PickleStorage storage = Storage(id);
                long length = Entry(zip, $"data/{storage.Key}").Length;
                long count = length / ElementTypes.Size(storage.DType);
                return storage.Count <= count
                    ? storage
                    : throw new OmgLlavaException(
                        $"'{Path}' is truncated: storage {storage.Key} has {count} elements of {storage.Count}."
                    );
            }
        );
    }

    /// <summary>An entry of the archive, which PyTorch stores uncompressed; a compressed one could claim any size.</summary>
    private ZipArchiveEntry Entry(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry =
            zip.GetEntry(_folder + name) ?? throw new OmgLlavaException($"'{Path}' is damaged: it has no '{name}'.");
        return entry.CompressedLength == entry.Length && entry.Length <= _file.Length
            ? entry
            : throw new OmgLlavaException($"'{Path}' has the compressed entry '{name}', which PyTorch does not write.");
    }

    private object? ReadLegacy()
    {
        object? magic = PickleReader.Read(_file, Path, _ => throw Foreign());
        if (magic is not BigInteger number || number != LegacyMagic)
        {
            throw Foreign();
        }

        PickleReader.Read(_file, Path); // protocol version
        PickleReader.Read(_file, Path); // byte order and sizes of the writing machine
        var storages = new Dictionary<string, PickleStorage>();
        object? root = PickleReader.Read(
            _file,
            Path,
            id =>
            {
                PickleStorage storage = Storage(id);
                return storages[storage.Key] = storage;
            }
        );

        if (PickleReader.Read(_file, Path) is not List<object?> keys)
        {
            throw new OmgLlavaException($"'{Path}' is damaged: the list of its storages is missing.");
        }

        Span<byte> count = stackalloc byte[8];
        foreach (object? item in keys)
        {
            string key = item as string ?? throw new OmgLlavaException($"'{Path}' is damaged: a storage has no name.");
            _file.ReadExactly(count);
            long elements = BinaryPrimitives.ReadInt64LittleEndian(count);
            long bytes =
                storages.TryGetValue(key, out PickleStorage? storage) && elements >= storage.Count && elements < (1L << 40)
                    ? elements * ElementTypes.Size(storage.DType)
                    : throw new OmgLlavaException($"'{Path}' is damaged: storage '{key}' is not the one that its tensors use.");
            _legacyStorages[key] = (_file.Position, elements);
            _file.Position =
                bytes <= _file.Length - _file.Position
                    ? _file.Position + bytes
                    : throw new OmgLlavaException(
                        $"'{Path}' is truncated in storage '{key}': the download was probably cut off; download it again."
                    );
        }

        string? missing = storages.Keys.FirstOrDefault(key => !_legacyStorages.ContainsKey(key));
        return missing is null ? root : throw new OmgLlavaException($"'{Path}' is damaged: storage '{missing}' is missing.");
    }

    private OmgLlavaException Foreign() => new($"'{Path}' is a pickle, but not a file that PyTorch wrote.");

    /// <summary>('storage', class, key, device, elements, ...) as PyTorch writes it.</summary>
    private PickleStorage Storage(object? id)
    {
        if (
            id is object?[] and ["storage", PickleGlobal type, string key, _, long count, ..]
            && count >= 0
            && key.Length > 0
            && key.All(char.IsAsciiLetterOrDigit)
            && PickleGlobals.StorageType(type) is { } dtype
        )
        {
            return new PickleStorage(key, dtype, count);
        }

        throw new OmgLlavaException($"'{Path}' is damaged: it refers to a storage in an unknown way.");
    }

    private static object? Unwrap(object? root)
    {
        while (root is Dictionary<object, object?> dictionary)
        {
            object? inner = Wrappers
                .Select(name => dictionary.GetValueOrDefault(name))
                .FirstOrDefault(value => value is Dictionary<object, object?>);
            if (inner is null)
            {
                break;
            }

            root = inner;
        }

        return root;
    }

    private void Collect(object? value, string name, int depth)
    {
        if (value is PickleTensor tensor)
        {
            _views[name] = tensor;
        }
        else if (value is Dictionary<object, object?> dictionary && depth < MaxDepth)
        {
            foreach ((object key, object? item) in dictionary)
            {
                Collect(item, name.Length == 0 ? $"{key}" : $"{name}.{key}", depth + 1);
            }
        }
    }
}
