using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>What a file says of a tensor that it holds.</summary>
/// <param name="Name">Name in the file; empty for a file that is one bare tensor.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
internal sealed record TensorInfo(string Name, ElementType DType, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Bytes of all elements.</summary>
    public long ByteCount => checked(ElementCount * ElementTypes.Size(DType));

    /// <summary>The shape for people: (2, 3).</summary>
    public string ShapeText => $"({string.Join(", ", Shape)})";
}
