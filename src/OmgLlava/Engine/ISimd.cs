namespace OmgLlava.Engine;

/// <summary>Vectors of one width, so that every kernel is written once for all of them.</summary>
/// <typeparam name="TV">The vector.</typeparam>
internal unsafe interface ISimd<TV>
    where TV : struct
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    static abstract TV All(float value);

    static abstract TV Load(float* source);

    /// <summary>Loads bfloat16: the upper halves of the numbers.</summary>
    static abstract TV Load(ushort* source);

    /// <summary>Loads whole numbers.</summary>
    static abstract TV Load(sbyte* source);

    static abstract void Store(TV value, float* target);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    static abstract TV Max(TV a, TV b);

    static abstract TV Abs(TV a);

    static abstract TV Exp(TV a);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    /// <summary>The sum of all numbers.</summary>
    static abstract float Sum(TV a);
}
