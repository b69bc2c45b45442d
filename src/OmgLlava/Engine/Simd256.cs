using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Engine;

/// <summary>Vectors of 256 bits.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static bool HasManyRegisters => false;

    public static Vector256<float> All(float value) => Vector256.Create(value);

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static Vector256<float> Load(ushort* source) =>
        (Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()) << 16).AsSingle();

    public static Vector256<float> LoadPairs(sbyte* source) =>
        Avx2.ConvertToVector256Int16(Vector128.Load(source)).AsSingle();

    public static Vector256<float> AllPairs(int pair) => Vector256.Create(pair).AsSingle();

    public static Vector256<float> Products(Vector256<float> a, Vector256<float> b) =>
        Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsSingle();

    public static Vector256<float> AddWhole(Vector256<float> a, Vector256<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();

    public static Vector256<float> FromWhole(Vector256<float> whole) => Vector256.ConvertToSingle(whole.AsInt32());

    public static void StoreWhole(Vector256<float> value, short* target) =>
        Pack(Avx.ConvertToVector256Int32(value)).Store(target);

    public static void Store(Vector256<float> value, float* target) => value.Store(target);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    public static Vector256<float> Abs(Vector256<float> a) => Vector256.Abs(a);

    public static Vector256<float> LargerSize(Vector256<float> a, Vector256<float> b) =>
        Vector256.Max(Vector256.Abs(a).AsInt32(), Vector256.Abs(b).AsInt32()).AsSingle();

    public static Vector256<float> TwoTo(Vector256<float> shifted) =>
        ((shifted.AsInt32() << 23) + Vector256<float>.One.AsInt32()).AsSingle();

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    public static float Sum(Vector256<float> a) => Vector256.Sum(a);

    private static Vector128<short> Pack(Vector256<int> whole) => Sse2.PackSignedSaturate(whole.GetLower(), whole.GetUpper());
}
