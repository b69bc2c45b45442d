using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using OmgLlava.Files;

namespace OmgLlava.Formats;

/// <summary>
/// Nodes and weights of an ONNX file (the fields of <c>onnx.proto3</c> that they take); nothing of it is run. Sizes are checked
/// against the file before memory is taken. Weights of 32 and 16 bits are read, in the file itself; those beside it
/// (<c>external_data</c>) are refused.
/// </summary>
internal sealed class OnnxFile
{
    private const long MostBytes = 1L << 30;

    private const int Float32 = 1;
    private const int Float16 = 10;

    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, OnnxTensor> _weights = [];

    private OnnxFile() { }

    /// <summary>The operations, each behind those that it reads from.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>Weights by name; integers and what else is no weight are left out.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Weights => _weights;

    /// <summary>Reads a file.</summary>
    /// <exception cref="OmgLlavaException">It is missing, too large, damaged, or keeps its weights elsewhere.</exception>
    public static OnnxFile Load(string path)
    {
        using FileStream file = InputFile.Open(path);
        if (file.Length > MostBytes)
        {
            throw new OmgLlavaException(
                $"'{path}' has {file.Length >> 20} MB; ONNX files of up to {MostBytes >> 20} MB are read."
            );
        }

        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        try
        {
            return Read(bytes);
        }
        catch (InvalidDataException error)
        {
            throw new OmgLlavaException($"'{path}' is not a whole ONNX file: {error.Message}.", error);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    internal static OnnxFile Read(ReadOnlySpan<byte> bytes)
    {
        const int Graph = 7;
        var file = new OnnxFile();
        bool found = false;
        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            if (model.Field == Graph)
            {
                file.ReadGraph(model.Bytes);
                found = true;
            }
        }

        return found ? file : throw new InvalidDataException("it has no graph");
    }

    private void ReadGraph(ReadOnlySpan<byte> bytes)
    {
        var graph = new ProtobufReader(bytes);
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1:
                    _nodes.Add(ReadNode(graph.Bytes));
                    break;
                case 5:
                    ReadWeights(graph.Bytes);
                    break;
            }
        }
    }

    private static OnnxNode ReadNode(ReadOnlySpan<byte> bytes)
    {
        (string name, List<string> inputs, List<string> outputs) = ("", [], []);
        var integers = new Dictionary<string, IReadOnlyList<long>>();
        var floats = new Dictionary<string, float>();
        var node = new ProtobufReader(bytes);
        while (node.Next())
        {
            switch (node.Field)
            {
                case 1:
                    inputs.Add(Encoding.UTF8.GetString(node.Bytes));
                    break;
                case 2:
                    outputs.Add(Encoding.UTF8.GetString(node.Bytes));
                    break;
                case 4:
                    name = Encoding.UTF8.GetString(node.Bytes);
                    break;
                case 5:
                    ReadAttribute(node.Bytes, integers, floats);
                    break;
            }
        }

        return new OnnxNode(name, inputs, outputs, integers, floats);
    }

    private static void ReadAttribute(
        ReadOnlySpan<byte> bytes,
        Dictionary<string, IReadOnlyList<long>> integers,
        Dictionary<string, float> floats
    )
    {
        (string name, float? single, var whole) = ("", null, new List<long>());
        var attribute = new ProtobufReader(bytes);
        while (attribute.Next())
        {
            switch (attribute.Field)
            {
                case 1:
                    name = Encoding.UTF8.GetString(attribute.Bytes);
                    break;
                case 2:
                    single = BitConverter.UInt32BitsToSingle((uint)attribute.Bits);
                    break;
                case 3 or 8:
                    AddIntegers(attribute, whole);
                    break;
            }
        }

        if (single is { } value)
        {
            floats[name] = value;
        }

        integers[name] = whole;
    }

    private void ReadWeights(ReadOnlySpan<byte> bytes)
    {
        (string name, var shape, long type, bool elsewhere) = ("", new List<long>(), 0L, false);
        var raw = default(ReadOnlySpan<byte>);
        var listed = new List<float>();
        var tensor = new ProtobufReader(bytes);
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1:
                    AddIntegers(tensor, shape);
                    break;
                case 2:
                    type = (long)tensor.Bits;
                    break;
                case 4 when tensor.HasLength:
                    listed.AddRange(Floats(tensor.Bytes));
                    break;
                case 4:
                    listed.Add(BitConverter.UInt32BitsToSingle((uint)tensor.Bits));
                    break;
                case 8:
                    name = Encoding.UTF8.GetString(tensor.Bytes);
                    break;
                case 9:
                    raw = tensor.Bytes;
                    break;
                case 13 or 14:
                    elsewhere |= tensor.HasLength || tensor.Bits != 0;
                    break;
            }
        }

        if (type is not (Float32 or Float16))
        {
            return;
        }

        if (elsewhere)
        {
            throw new InvalidDataException($"it keeps the weights '{name}' in another file, which is not read");
        }

        float[] values =
            raw.Length == 0 ? [.. listed]
            : type == Float32 ? Floats(raw)
            : Halves(raw);
        _weights[name] =
            Count(shape) == values.Length
                ? new OnnxTensor(shape, values)
                : throw new InvalidDataException(
                    $"the weights '{name}' of shape ({string.Join(", ", shape)}) have {values.Length} values"
                );
    }

    private static long Count(List<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            if (size is < 0 or > MostBytes || (count *= size) > MostBytes)
            {
                return -1;
            }
        }

        return count;
    }

    /// <summary>A repeated number comes packed or one by one.</summary>
    private static void AddIntegers(ProtobufReader field, List<long> target)
    {
        if (!field.HasLength)
        {
            target.Add((long)field.Bits);
            return;
        }

        var packed = new ProtobufReader(field.Bytes);
        while (packed.NextPacked(out ulong value))
        {
            target.Add((long)value);
        }
    }

    private static float[] Floats(ReadOnlySpan<byte> bytes)
    {
        float[] values = new float[Whole(bytes, sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(sizeof(float) * i)..]);
        }

        return values;
    }

    private static float[] Halves(ReadOnlySpan<byte> bytes)
    {
        float[] values = new float[Whole(bytes, Marshal.SizeOf<Half>())];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
        }

        return values;
    }

    private static int Whole(ReadOnlySpan<byte> bytes, int size) =>
        bytes.Length % size == 0 ? bytes.Length / size : throw new InvalidDataException("weights end within a number");
}
