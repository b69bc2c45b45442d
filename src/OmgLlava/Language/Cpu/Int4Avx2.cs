using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Language.Cpu;

/// <summary>4-bit weights on AVX2, eight rows in a vector; see <see cref="Int4Avx512"/>.</summary>
internal sealed unsafe class Int4Avx2 : WeightKernel
{
    private const int ScaleBytes = QuantizedLayout.ScaleBytes;
    private const int BlockBytes = Int4Layout.BlockBytes;
    private const int SuperblockBytes = ScaleBytes + (2 * BlockBytes);
    private const int Ahead = 8 * SuperblockBytes; // the processor's own prefetching ends at each page

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Vector(byte* weights, int groups, Activations x, int token, float* output)
    {
        long step = x.Tokens;
        for (int group = 0; group < groups; group++)
        {
            Vector256<float> upper = Vector256<float>.Zero;
            Vector256<float> lower = Vector256<float>.Zero;
            sbyte* a = x.Bytes + (token * 32L);
            float* scale = x.ByteScales + token;
            float* correction = x.Corrections + token;
            for (int i = 0; i < x.Blocks / 2; i++, weights += SuperblockBytes)
            {
                for (byte* line = weights + Ahead; line < weights + Ahead + SuperblockBytes; line += 64)
                {
                    Sse.Prefetch0(line);
                }

                for (int half = 0; half < 2; half++, a += 32 * step, scale += step, correction += step)
                {
                    byte* w = weights + ScaleBytes + (half * BlockBytes);
                    ushort* scales = (ushort*)weights + (16 * half);
                    upper = Fma.MultiplyAdd(
                        Scaled(Block(w, a), *correction, *scale),
                        Float16.ToSingle(Vector128.Load(scales)),
                        upper
                    );
                    lower = Fma.MultiplyAdd(
                        Scaled(Block(w + 32, a), *correction, *scale),
                        Float16.ToSingle(Vector128.Load(scales + 8)),
                        lower
                    );
                }
            }

            upper.Store(output + (group * 16));
            lower.Store(output + (group * 16) + 8);
        }
    }

    /// <summary>Eight rows after eight rows, whose unpacked weights stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tile(byte* weights, Activations x, int first, int tokens, float* tile)
    {
        long groupBytes = (long)x.Blocks / 2 * SuperblockBytes;
        new Span<float>(tile, tokens * TileRows).Clear();
        for (int block = 0; block < x.Blocks; block++)
        {
            long place = ((long)block * x.Tokens) + first;
            for (int part = 0; part < 2 * TileGroups; part++)
            {
                byte* superblock = weights + (part / 2 * groupBytes) + ((long)(block / 2) * SuperblockBytes);
                ushort* halves = (ushort*)superblock + (16 * (block % 2)) + (8 * (part % 2));
                Eight(
                    Float16.ToSingle(Vector128.Load(halves)),
                    superblock + ScaleBytes + (BlockBytes * (block % 2)) + (32 * (part % 2)),
                    x.Bytes + (place * 32),
                    x.ByteScales + place,
                    x.Corrections + place,
                    tokens,
                    tile + (8 * part)
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Eight(Vector256<float> scales, byte* w, sbyte* a, float* scale, float* correction, int tokens, float* y)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        Vector256<byte> w0 = Low(w),
            w1 = High(w),
            w2 = Low(w + 64),
            w3 = High(w + 64);
        Vector256<byte> w4 = Low(w + 128),
            w5 = High(w + 128),
            w6 = Low(w + 192),
            w7 = High(w + 192);
        for (float* end = scale + tokens; scale < end; a += 32, scale++, correction++, y += TileRows)
        {
            Vector256<short> even = Avx2.MultiplyAddAdjacent(w0, Quad(a)) + Avx2.MultiplyAddAdjacent(w2, Quad(a + 8));
            Vector256<short> odd = Avx2.MultiplyAddAdjacent(w1, Quad(a + 4)) + Avx2.MultiplyAddAdjacent(w3, Quad(a + 12));
            even += Avx2.MultiplyAddAdjacent(w4, Quad(a + 16)) + Avx2.MultiplyAddAdjacent(w6, Quad(a + 24));
            odd += Avx2.MultiplyAddAdjacent(w5, Quad(a + 20)) + Avx2.MultiplyAddAdjacent(w7, Quad(a + 28));
            Vector256<float> scaled = Scaled(Avx2.MultiplyAddAdjacent(even + odd, ones), *correction, *scale);
            Fma.MultiplyAdd(scaled, scales, Vector256.Load(y)).Store(y);
        }
    }

    /// <summary>The sums of eight rows over one block, the weights still 0..15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Block(byte* w, sbyte* a)
    {
        Vector256<short> even = Avx2.MultiplyAddAdjacent(Low(w), Quad(a)) + Avx2.MultiplyAddAdjacent(Low(w + 64), Quad(a + 8));
        Vector256<short> odd =
            Avx2.MultiplyAddAdjacent(High(w), Quad(a + 4)) + Avx2.MultiplyAddAdjacent(High(w + 64), Quad(a + 12));
        even += Avx2.MultiplyAddAdjacent(Low(w + 128), Quad(a + 16)) + Avx2.MultiplyAddAdjacent(Low(w + 192), Quad(a + 24));
        odd += Avx2.MultiplyAddAdjacent(High(w + 128), Quad(a + 20)) + Avx2.MultiplyAddAdjacent(High(w + 192), Quad(a + 28));
        return Avx2.MultiplyAddAdjacent(even + odd, Vector256.Create((short)1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled(Vector256<int> sums, float correction, float scale) =>
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(sums), Vector256.Create(scale), Vector256.Create(correction));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Low(byte* w) => Vector256.Load(w) & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> High(byte* w) => (Vector256.Load((ushort*)w) >>> 4).AsByte() & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Quad(sbyte* a) => Vector256.Create(*(int*)a).AsSByte();
}
