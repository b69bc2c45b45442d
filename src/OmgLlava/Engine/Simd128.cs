using System.Runtime.Intrinsics;

namespace OmgLlava.Engine;

/// <summary>Vectors of 128 bits.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static int Count => Vector128<float>.Count;

    public static bool HasManyRegisters => false;

    public static Vector128<float> All(float value) => Vector128.Create(value);

    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    public static Vector128<float> Load(ushort* source) =>
        (Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16()) << 16).AsSingle();

    public static Vector128<float> LoadPairs(sbyte* source) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsSByte()).AsSingle();

    public static Vector128<float> AllPairs(int pair) => Vector128.Create(pair).AsSingle();

    public static Vector128<float> Products(Vector128<float> a, Vector128<float> b) =>
        (
            (Vector128.ShiftRightArithmetic(a.AsInt32() << 16, 16) * Vector128.ShiftRightArithmetic(b.AsInt32() << 16, 16))
            + (Vector128.ShiftRightArithmetic(a.AsInt32(), 16) * Vector128.ShiftRightArithmetic(b.AsInt32(), 16))
        ).AsSingle();

    public static Vector128<float> AddWhole(Vector128<float> a, Vector128<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();

    public static Vector128<float> FromWhole(Vector128<float> whole) => Vector128.ConvertToSingle(whole.AsInt32());

    public static void StoreWhole(Vector128<float> value, short* target) =>
        Vector128
            .Narrow(Vector128.ConvertToInt32(Vector128.Round(value)), Vector128<int>.Zero)
            .GetLower()
            .Store(target);

    public static void Store(Vector128<float> value, float* target) => value.Store(target);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    public static Vector128<float> Abs(Vector128<float> a) => Vector128.Abs(a);

    public static Vector128<float> LargerSize(Vector128<float> a, Vector128<float> b) =>
        Vector128.Max(Vector128.Abs(a).AsInt32(), Vector128.Abs(b).AsInt32()).AsSingle();

    public static Vector128<float> TwoTo(Vector128<float> shifted) =>
        ((shifted.AsInt32() << 23) + Vector128<float>.One.AsInt32()).AsSingle();

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    public static float Sum(Vector128<float> a) => Vector128.Sum(a);
}
