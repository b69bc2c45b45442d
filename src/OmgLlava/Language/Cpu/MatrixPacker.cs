using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Language.Cpu;

/// <summary>Rounds plain matrices to a format and packs them, several groups at a time.</summary>
internal static unsafe class MatrixPacker
{
    /// <summary>What a packed matrix looks like in a file.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="format">Its format.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <returns>Bytes (groups, superblocks, bytes of a superblock) for whole numbers, (rows, columns) for the others.</returns>
    public static TensorInfo Describe(string name, WeightFormat format, int rows, int columns) =>
        format switch
        {
            WeightFormat.Float32 => new TensorInfo(name, ElementType.Float32, [rows, columns]),
            WeightFormat.BFloat16 => new TensorInfo(name, ElementType.BFloat16, [rows, columns]),
            _ => new TensorInfo(
                name,
                ElementType.Byte,
                [
                    WeightLayout.Groups(rows),
                    QuantizedLayout.Superblocks(columns),
                    ((QuantizedLayout)WeightLayout.Of(format)).SuperblockBytes,
                ]
            ),
        };

    /// <summary>Packs a matrix.</summary>
    /// <param name="info">Its name, element type and shape (rows, columns).</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="layout">How to pack it.</param>
    /// <param name="target">Receives the groups.</param>
    /// <exception cref="OmgLlavaException">A number is not finite.</exception>
    public static void Pack(TensorInfo info, ReadOnlySpan<byte> source, WeightLayout layout, byte* target)
    {
        int rows = (int)info.Shape[0];
        int columns = (int)info.Shape[1];
        int rowBytes = columns * ElementTypes.Size(info.DType);
        bool finite = true;
        fixed (byte* start = source)
        {
            byte* bytes = start;
            Parallel.For(
                0,
                WeightLayout.Groups(rows),
                group =>
                {
                    using var memory = AlignedMemory.Of<float>((long)WeightLayout.GroupRows * columns);
                    float* values = (float*)memory.Pointer;
                    int first = group * WeightLayout.GroupRows;
                    int count = Math.Min(WeightLayout.GroupRows, rows - first);
                    var numbers = new Span<float>(values, WeightLayout.GroupRows * columns);
                    numbers[(count * columns)..].Clear();
                    ElementTypes.ToSingle(
                        new ReadOnlySpan<byte>(bytes + ((long)first * rowBytes), count * rowBytes),
                        info.DType,
                        numbers[..(count * columns)]
                    );
                    if (!IsFinite(numbers))
                    {
                        finite = false;
                    }

                    layout.Pack(values, columns, target + (group * layout.GroupBytes(columns)));
                }
            );
        }

        if (!finite)
        {
            throw new OmgLlavaException(
                $"The weight '{info.Name}' holds numbers that are not finite; the checkpoint is damaged."
            );
        }
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
