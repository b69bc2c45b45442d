using System.Runtime.InteropServices;
using OmgLlava.Formats;
using OmgLlava.Weights;

namespace OmgLlava.Conversion;

/// <summary>
/// Random weights, drawn tensor by tensor. A table of normal numbers is drawn once and copied from changing places, so that
/// writing 17 GB takes as long as the disk does; the same seed gives the same bytes.
/// </summary>
internal sealed class RandomWeights
{
    private const int TableSize = 1_000_003; // a prime, so that copies do not line up with rows

    private readonly float[] _table = new float[TableSize];
    private readonly Random _random;

    public RandomWeights(int seed)
    {
        _random = new Random(seed);
        for (int i = 0; i < TableSize; i++)
        {
            // Box and Muller's transform.
            double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            _table[i] = (float)(radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
        }
    }

    /// <summary>Writes the bytes of one tensor.</summary>
    /// <exception cref="ArgumentException">The tensor is neither float32 nor bfloat16.</exception>
    public void Fill(TensorInfo info, Span<byte> bytes)
    {
        (float mean, float deviation) = Distribution(info);
        switch (info.DType)
        {
            case ElementType.Float32:
                Repeat(MemoryMarshal.Cast<byte, float>(bytes), value => mean + (deviation * value));
                break;
            case ElementType.BFloat16:
                Repeat(
                    MemoryMarshal.Cast<byte, ushort>(bytes),
                    value => (ushort)((BitConverter.SingleToUInt32Bits(mean + (deviation * value)) + 0x8000) >> 16)
                );
                break;
            default:
                throw new ArgumentException($"Random weights of type {info.DType} are not supported.", nameof(info));
        }
    }

    private void Repeat<T>(Span<T> target, Func<float, T> convert)
    {
        T[] converted = new T[Math.Min(TableSize, target.Length)];
        int offset = _random.Next(TableSize);
        for (int i = 0; i < converted.Length; i++)
        {
            converted[i] = convert(_table[(offset + i) % TableSize]);
        }

        for (int at = 0; at < target.Length; at += converted.Length)
        {
            converted.AsSpan(0, Math.Min(converted.Length, target.Length - at)).CopyTo(target[at..]);
        }
    }

    /// <summary>Mean and standard deviation by what a tensor is: norms and layer scales 1, biases 0, the rest so that sizes stay
    /// as they are.</summary>
    private static (float Mean, float Deviation) Distribution(TensorInfo info)
    {
        bool isScale =
            info.Name.EndsWith("norm.weight", StringComparison.Ordinal) || info.Name.EndsWith(".scale", StringComparison.Ordinal);
        if (isScale)
        {
            return (1, 0);
        }

        if (info.Name.EndsWith("bias", StringComparison.Ordinal))
        {
            return (0, 0);
        }

        bool isEmbedding = info.Shape.Count < 2 || info.Name.EndsWith("_embedding.weight", StringComparison.Ordinal);
        return (0, isEmbedding ? 0.02f : (float)Math.Sqrt(1.0 / (info.ElementCount / info.Shape[0])));
    }
}
