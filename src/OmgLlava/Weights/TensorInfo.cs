using static TorchSharp.torch;

namespace OmgLlava.Weights;

/// <summary>What a file says of a tensor that it holds.</summary>
/// <param name="Name">Name in the file; empty for a file that is one bare tensor.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
public sealed record TensorInfo(string Name, ScalarType DType, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Bytes of all elements.</summary>
    public long ByteCount => checked(ElementCount * ElementSize(DType));

    /// <summary>The shape for people: (2, 3).</summary>
    public string ShapeText => $"({string.Join(", ", Shape)})";

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(ScalarType type) =>
        type switch
        {
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int32 or ScalarType.Float32 => 4,
            ScalarType.Int64 or ScalarType.Float64 => 8,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No tensor file of ours holds this type."),
        };
}
