namespace OmgLlava.Engine;

/// <summary>Vectors of one width, so that every kernel is written once for all of them.</summary>
/// <typeparam name="TV">The vector.</typeparam>
internal unsafe interface ISimd<TV>
    where TV : struct
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether the processor has 32 registers of such vectors instead of 16.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TV All(float value);

    static abstract TV Load(float* source);

    /// <summary>Loads bfloat16: the upper halves of the numbers.</summary>
    static abstract TV Load(ushort* source);

    /// <summary>Loads pairs of whole numbers of 8 bits, widened to 16: the bits of one pair for each lane.</summary>
    static abstract TV LoadPairs(sbyte* source);

    /// <summary>A pair of whole numbers of 16 bits in all lanes. Loaded as a float it would reach the products later: the loop
    /// of the tiles took a fifth longer.</summary>
    static abstract TV AllPairs(int pair);

    /// <summary>a0 b0 + a1 b1 for the pairs a and b of each lane: whole numbers of 32 bits.</summary>
    static abstract TV Products(TV a, TV b);

    /// <summary>a + b, whole numbers of 32 bits.</summary>
    static abstract TV AddWhole(TV a, TV b);

    /// <summary>What the bits of whole numbers of 32 bits stand for.</summary>
    static abstract TV FromWhole(TV whole);

    /// <summary>Stores the nearest whole numbers, which fit 16 bits.</summary>
    static abstract void StoreWhole(TV value, short* target);

    static abstract void Store(TV value, float* target);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    static abstract TV Max(TV a, TV b);

    static abstract TV Abs(TV a);

    /// <summary>The larger of |a| and |b|; what is not a number is larger than all numbers.</summary>
    static abstract TV LargerSize(TV a, TV b);

    /// <summary>Two to the power of whole numbers n, given as n + 1.5 * 2^23: the lowest bits of that are those of n.</summary>
    static abstract TV TwoTo(TV shifted);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    /// <summary>The sum of all numbers.</summary>
    static abstract float Sum(TV a);
}
