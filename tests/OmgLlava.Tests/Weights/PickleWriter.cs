using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OmgLlava.Tests.Weights;

/// <summary>Writes pickles opcode by opcode, good ones and hostile ones, and the two file layouts of PyTorch around
/// them.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter() => Bytes(0x80, 2);

    public byte[] Content => [.. _bytes];

    public PickleWriter Bytes(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Global(string module, string name) =>
        Bytes([(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")]);

    public PickleWriter Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Bytes([(byte)'X', .. length, .. utf8]);
    }

    public PickleWriter Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Bytes([(byte)'J', .. bytes]);
    }

    public PickleWriter Mark() => Bytes((byte)'(');

    public PickleWriter Tuple() => Bytes((byte)'t');

    public PickleWriter Reduce() => Bytes((byte)'R');

    public PickleWriter EmptyDictionary() => Bytes((byte)'}');

    public PickleWriter SetItem() => Bytes((byte)'s');

    public PickleWriter Stop() => Bytes((byte)'.');

    /// <summary>A call of a name with one text.</summary>
    public static byte[] Call(string module, string name, string argument) =>
        new PickleWriter().Global(module, name).Mark().Text(argument).Tuple().Reduce().Stop().Content;

    /// <summary>{"w": tensor of shape (2, 3) in storage "0"}.</summary>
    public static byte[] StateDict(
        int count = 6,
        int offset = 0,
        int rows = 2,
        int columns = 3,
        int rowStride = 3,
        int columnStride = 1
    )
    {
        var pickle = new PickleWriter().EmptyDictionary().Text("w").Global("torch._utils", "_rebuild_tensor_v2").Mark();
        pickle
            .Mark()
            .Text("storage")
            .Global("torch", "FloatStorage")
            .Text("0")
            .Text("cpu")
            .Number(count)
            .Tuple()
            .Bytes((byte)'Q');
        pickle.Number(offset).Mark().Number(rows).Number(columns).Tuple().Mark().Number(rowStride).Number(columnStride).Tuple();
        // requires_grad = False, no hooks
        pickle.Bytes(0x89).Global("collections", "OrderedDict").Bytes((byte)')').Reduce().Tuple().Reduce();
        return pickle.SetItem().Stop().Content;
    }

    /// <summary>The zip layout.</summary>
    public static byte[] Zip(byte[] pickle, params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries.Prepend(("data.pkl", pickle)))
            {
                using Stream entry = zip.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }

    /// <summary>The older layout: magic number, protocol, system, data, keys, storages.</summary>
    public static byte[] Legacy(byte[] pickle, float[] values)
    {
        byte[] magic = new PickleWriter()
            .Bytes([0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
            .Stop()
            .Content;
        byte[] protocol = new PickleWriter().Number(1001).Stop().Content;
        byte[] system = new PickleWriter().EmptyDictionary().Text("little_endian").Bytes(0x88).SetItem().Stop().Content;
        byte[] keys = new PickleWriter().Bytes((byte)']').Text("0").Bytes((byte)'a').Stop().Content;
        byte[] count = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, values.Length);
        return [.. magic, .. protocol, .. system, .. pickle, .. keys, .. count, .. Floats(values)];
    }

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
