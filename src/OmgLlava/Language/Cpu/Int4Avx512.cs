using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Language.Cpu;

/// <summary>
/// 4-bit weights on AVX-512. <c>vpmaddubsw</c> multiplies stored numbers (0..15) with activations (-127..127) and adds pairs;
/// eight such sums peak at 30480 and fit into 16 bits, so a block needs one widening. The zero of the weights comes back as -8
/// times the sum of the activations.
/// </summary>
internal sealed unsafe class Int4Avx512 : WeightKernel
{
    private const int ScaleBytes = QuantizedLayout.ScaleBytes;
    private const int BlockBytes = Int4Layout.BlockBytes;
    private const int SuperblockBytes = ScaleBytes + (2 * BlockBytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Vector(byte* weights, int groups, Activations x, int token, float* output)
    {
        int superblocks = x.Blocks / 2;
        long step = x.Tokens;
        for (int group = 0; group < groups; group++)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            sbyte* a = x.Bytes + (token * 32L);
            float* scale = x.ByteScales + token;
            float* correction = x.Corrections + token;
            for (
                int i = 0;
                i < superblocks;
                i++, weights += SuperblockBytes, a += 64 * step, scale += 2 * step, correction += 2 * step
            )
            {
                sum = Avx512F.FusedMultiplyAdd(
                    Scaled(Whole(Block(weights + ScaleBytes, a)), correction[0], scale[0]),
                    Float16.ToSingle(Vector256.Load((ushort*)weights)),
                    sum
                );
                sum = Avx512F.FusedMultiplyAdd(
                    Scaled(Whole(Block(weights + ScaleBytes + BlockBytes, a + (32 * step))), correction[step], scale[step]),
                    Float16.ToSingle(Vector256.Load((ushort*)weights + 16)),
                    sum
                );
            }

            sum.Store(output + (group * 16));
        }
    }

    public override void Tile(byte* weights, Activations x, int first, int tokens, float* tile)
    {
        long groupBytes = (long)x.Blocks / 2 * SuperblockBytes;
        new Span<float>(tile, tokens * TileRows).Clear();
        for (int block = 0; block < x.Blocks; block++)
        {
            byte* superblock = weights + ((long)(block / 2) * SuperblockBytes);
            long place = ((long)block * x.Tokens) + first;
            Pair(
                superblock,
                superblock + groupBytes,
                block % 2,
                x.Bytes + (place * 32),
                x.ByteScales + place,
                x.Corrections + place,
                tokens,
                tile
            );
        }
    }

    /// <summary>
    /// One block of two groups, whose unpacked weights stay in registers while it goes through the tokens: a method of its own,
    /// for in a larger one the compiler keeps them in memory. A token's sums wait for one another, so they are widened, scaled
    /// and added among the products of the next token, which have nothing to wait for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Pair(byte* p, byte* q, int half, sbyte* a, float* scale, float* correction, int tokens, float* y)
    {
        Vector512<float> scaleA = Float16.ToSingle(Vector256.Load((ushort*)p + (16 * half)));
        Vector512<float> scaleB = Float16.ToSingle(Vector256.Load((ushort*)q + (16 * half)));
        p += ScaleBytes + (BlockBytes * half);
        q += ScaleBytes + (BlockBytes * half);
        Vector512<byte> p0 = Low(p),
            p1 = High(p),
            p2 = Low(p + 64),
            p3 = High(p + 64);
        Vector512<byte> p4 = Low(p + 128),
            p5 = High(p + 128),
            p6 = Low(p + 192),
            p7 = High(p + 192);
        Vector512<byte> q0 = Low(q),
            q1 = High(q),
            q2 = Low(q + 64),
            q3 = High(q + 64);
        Vector512<byte> q4 = Low(q + 128),
            q5 = High(q + 128),
            q6 = Low(q + 192),
            q7 = High(q + 192);
        Vector512<short> ones = Vector512.Create((short)1);
        Vector512<short> doneA = default,
            doneB = default;
        for (int token = 0; token < tokens; token++, a += 32)
        {
            Vector512<sbyte> v = Quad(a);
            Vector512<short> sumA = Avx512BW.MultiplyAddAdjacent(p0, v);
            Vector512<short> sumB = Avx512BW.MultiplyAddAdjacent(q0, v);
            v = Quad(a + 4);
            Vector512<int> wideA = Avx512BW.MultiplyAddAdjacent(doneA, ones);
            sumA += Avx512BW.MultiplyAddAdjacent(p1, v);
            sumB += Avx512BW.MultiplyAddAdjacent(q1, v);
            v = Quad(a + 8);
            Vector512<int> wideB = Avx512BW.MultiplyAddAdjacent(doneB, ones);
            sumA += Avx512BW.MultiplyAddAdjacent(p2, v);
            sumB += Avx512BW.MultiplyAddAdjacent(q2, v);
            v = Quad(a + 12);
            Vector512<float> wholeA = Avx512F.ConvertToVector512Single(wideA);
            sumA += Avx512BW.MultiplyAddAdjacent(p3, v);
            sumB += Avx512BW.MultiplyAddAdjacent(q3, v);
            v = Quad(a + 16);
            Vector512<float> wholeB = Avx512F.ConvertToVector512Single(wideB);
            sumA += Avx512BW.MultiplyAddAdjacent(p4, v);
            sumB += Avx512BW.MultiplyAddAdjacent(q4, v);
            v = Quad(a + 20);
            Vector512<float> scaledA = Scaled(wholeA, *correction, *scale);
            sumA += Avx512BW.MultiplyAddAdjacent(p5, v);
            sumB += Avx512BW.MultiplyAddAdjacent(q5, v);
            v = Quad(a + 24);
            Vector512<float> scaledB = Scaled(wholeB, *correction, *scale);
            sumA += Avx512BW.MultiplyAddAdjacent(p6, v);
            sumB += Avx512BW.MultiplyAddAdjacent(q6, v);
            v = Quad(a + 28);
            if (token > 0)
            {
                Avx512F.FusedMultiplyAdd(scaledA, scaleA, Vector512.Load(y)).Store(y);
                Avx512F.FusedMultiplyAdd(scaledB, scaleB, Vector512.Load(y + 16)).Store(y + 16);
                scale++;
                correction++;
                y += TileRows;
            }

            doneA = sumA + Avx512BW.MultiplyAddAdjacent(p7, v);
            doneB = sumB + Avx512BW.MultiplyAddAdjacent(q7, v);
        }

        Avx512F.FusedMultiplyAdd(Scaled(Whole(doneA), *correction, *scale), scaleA, Vector512.Load(y)).Store(y);
        Avx512F.FusedMultiplyAdd(Scaled(Whole(doneB), *correction, *scale), scaleB, Vector512.Load(y + 16)).Store(y + 16);
    }

    /// <summary>The sums of 16 rows over one block, two for each row, the weights still 0..15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Block(byte* w, sbyte* a)
    {
        Vector512<short> even =
            Avx512BW.MultiplyAddAdjacent(Low(w), Quad(a)) + Avx512BW.MultiplyAddAdjacent(Low(w + 64), Quad(a + 8));
        Vector512<short> odd =
            Avx512BW.MultiplyAddAdjacent(High(w), Quad(a + 4)) + Avx512BW.MultiplyAddAdjacent(High(w + 64), Quad(a + 12));
        even +=
            Avx512BW.MultiplyAddAdjacent(Low(w + 128), Quad(a + 16)) + Avx512BW.MultiplyAddAdjacent(Low(w + 192), Quad(a + 24));
        odd +=
            Avx512BW.MultiplyAddAdjacent(High(w + 128), Quad(a + 20)) + Avx512BW.MultiplyAddAdjacent(High(w + 192), Quad(a + 28));
        return even + odd;
    }

    /// <summary>The sums of 16 rows from those of their even and odd pairs of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Whole(Vector512<short> sums) =>
        Avx512F.ConvertToVector512Single(Avx512BW.MultiplyAddAdjacent(sums, Vector512.Create((short)1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scaled(Vector512<float> sums, float correction, float scale) =>
        Avx512F.FusedMultiplyAdd(sums, Vector512.Create(scale), Vector512.Create(correction));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Low(byte* w) => Vector512.Load(w) & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> High(byte* w) => (Vector512.Load((ushort*)w) >>> 4).AsByte() & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<sbyte> Quad(sbyte* a) => Vector512.Create(*(int*)a).AsSByte();
}
