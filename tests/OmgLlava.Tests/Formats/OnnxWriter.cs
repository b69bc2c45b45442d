using System.Text;

namespace OmgLlava.Tests.Formats;

/// <summary>Writes small ONNX files: the wire format by hand, so that the reader is tested against what it did not write
/// itself.</summary>
internal sealed class OnnxWriter
{
    private readonly List<byte> _nodes = [];
    private readonly List<byte> _weights = [];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    public static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    public static byte[] Block(int field, IReadOnlyList<byte> bytes) =>
        [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)bytes.Count), .. bytes];

    public static byte[] Text(int field, string text) => Block(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A node whose attributes are lists of whole numbers; one of them alone is written as a single one.</summary>
    public OnnxWriter Node(
        string name,
        IEnumerable<string> inputs,
        string output,
        params (string Name, long[] Values)[] attributes
    )
    {
        byte[] node =
        [
            .. inputs.SelectMany(input => Text(1, input)),
            .. Text(2, output),
            .. Text(3, output),
            .. Text(4, name),
            .. attributes.SelectMany(a =>
                Block(
                    5,
                    [
                        .. Text(1, a.Name),
                        .. a.Values.Length == 1 ? Number(3, a.Values[0]) : a.Values.SelectMany(value => Number(8, value)),
                        .. Number(20, a.Values.Length == 1 ? 2 : 7),
                    ]
                )
            ),
        ];
        _nodes.AddRange(Block(1, node));
        return this;
    }

    /// <summary>Weights, as raw bytes or as a list of packed numbers.</summary>
    public OnnxWriter Weights(string name, long[] shape, float[] values, bool raw)
    {
        byte[] bytes = [.. values.SelectMany(BitConverter.GetBytes)];
        _weights.AddRange(
            Block(
                5,
                [.. shape.SelectMany(size => Number(1, size)), .. Number(2, 1), .. Text(8, name), .. Block(raw ? 9 : 4, bytes)]
            )
        );
        return this;
    }

    /// <summary>The whole file.</summary>
    public byte[] File(string input, string output) =>
        [
            .. Number(1, 8),
            .. Block(7, [.. _nodes, .. Text(2, "graph"), .. _weights, .. Value(11, input), .. Value(12, output)]),
            .. Block(8, [.. Text(1, ""), .. Number(2, 13)]),
        ];

    private static byte[] Value(int field, string name) => Block(field, [.. Text(1, name), .. Block(2, Block(1, Number(1, 1)))]);
}
