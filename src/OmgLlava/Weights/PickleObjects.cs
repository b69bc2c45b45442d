using OmgLlava.Formats;

namespace OmgLlava.Weights;

/// <summary>A name that a pickle asks for, one of the few in <see cref="PickleGlobals"/>.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>An object of a known harmless class, of which only the fact that it was there is kept.</summary>
internal sealed record PickleInert(PickleGlobal Class);

/// <summary>A piece of tensor memory that lies elsewhere in the file.</summary>
internal sealed record PickleStorage(string Key, ElementType DType, long Count);

/// <summary>A tensor: a view of a storage.</summary>
/// <param name="Storage">The memory.</param>
/// <param name="Offset">Elements before the first.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Strides">Steps in elements.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Whether the elements lie one after the other in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                {
                    return false;
                }

                expected *= Shape[i];
            }

            return true;
        }
    }

    /// <summary>Elements of the storage that the view reaches over, from its offset on; checked against the storage.</summary>
    public long Reach =>
        Shape.Contains(0) ? 0 : checked(1 + Shape.Zip(Strides, (size, stride) => checked((size - 1) * stride)).Sum());
}
