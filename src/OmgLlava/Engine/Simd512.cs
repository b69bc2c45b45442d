using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Engine;

/// <summary>Vectors of 512 bits.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static bool HasManyRegisters => true;

    public static Vector512<float> All(float value) => Vector512.Create(value);

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static Vector512<float> Load(ushort* source) =>
        (Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()) << 16).AsSingle();

    public static Vector512<float> LoadPairs(sbyte* source) =>
        Avx512BW.ConvertToVector512Int16(Vector256.Load(source)).AsSingle();

    public static Vector512<float> AllPairs(int pair) => Vector512.Create(pair).AsSingle();

    public static Vector512<float> Products(Vector512<float> a, Vector512<float> b) =>
        Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsSingle();

    public static Vector512<float> AddWhole(Vector512<float> a, Vector512<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();

    public static Vector512<float> FromWhole(Vector512<float> whole) => Vector512.ConvertToSingle(whole.AsInt32());

    public static void StoreWhole(Vector512<float> value, short* target) =>
        Avx512F.ConvertToVector256Int16(Avx512F.ConvertToVector512Int32(value)).Store(target);

    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    public static Vector512<float> Abs(Vector512<float> a) => Vector512.Abs(a);

    public static Vector512<float> LargerSize(Vector512<float> a, Vector512<float> b) =>
        Vector512.Max(Vector512.Abs(a).AsInt32(), Vector512.Abs(b).AsInt32()).AsSingle();

    public static Vector512<float> TwoTo(Vector512<float> shifted) =>
        ((shifted.AsInt32() << 23) + Vector512<float>.One.AsInt32()).AsSingle();

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    public static float Sum(Vector512<float> a) => Vector512.Sum(a);
}
