using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Language.Cpu;

/// <summary>8-bit weights on AVX-512: widened to 16 bits and multiplied with 13-bit activations, so nothing saturates.</summary>
internal sealed unsafe class Int8Avx512 : WeightKernel
{
    private const int ScaleBytes = QuantizedLayout.ScaleBytes;
    private const int BlockBytes = Int8Layout.BlockBytes;
    private const int SuperblockBytes = ScaleBytes + (2 * BlockBytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Vector(byte* weights, int groups, Activations x, int token, float* output)
    {
        long step = x.Tokens;
        for (int group = 0; group < groups; group++)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            short* a = x.Shorts + (token * 32L);
            float* scale = x.ShortScales + token;
            for (int i = 0; i < x.Blocks / 2; i++, weights += SuperblockBytes)
            {
                for (int half = 0; half < 2; half++, a += 32 * step, scale += step)
                {
                    var w = (sbyte*)(weights + ScaleBytes + (half * BlockBytes));
                    Vector512<int> s0 = Pair(w, a),
                        s1 = Pair(w + 32, a + 2),
                        s2 = Pair(w + 64, a + 4),
                        s3 = Pair(w + 96, a + 6);
                    for (int v = 4; v < 16; v += 4)
                    {
                        s0 += Pair(w + (32 * v), a + (2 * v));
                        s1 += Pair(w + (32 * v) + 32, a + (2 * v) + 2);
                        s2 += Pair(w + (32 * v) + 64, a + (2 * v) + 4);
                        s3 += Pair(w + (32 * v) + 96, a + (2 * v) + 6);
                    }

                    Vector512<float> scaled = Avx512F.ConvertToVector512Single(s0 + s1 + (s2 + s3)) * Vector512.Create(*scale);
                    sum = Avx512F.FusedMultiplyAdd(scaled, Float16.ToSingle(Vector256.Load((ushort*)weights + (16 * half))), sum);
                }
            }

            sum.Store(output + (group * 16));
        }
    }

    /// <summary>Keeps the widened weights of a group in registers while it goes through the tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tile(byte* weights, Activations x, int first, int tokens, float* tile)
    {
        long groupBytes = (long)x.Blocks / 2 * SuperblockBytes;
        new Span<float>(tile, tokens * TileRows).Clear();
        for (int block = 0; block < x.Blocks; block++)
        {
            long place = ((long)block * x.Tokens) + first;
            for (int group = 0; group < TileGroups; group++)
            {
                byte* superblock = weights + (group * groupBytes) + ((long)(block / 2) * SuperblockBytes);
                Sixteen(
                    Float16.ToSingle(Vector256.Load((ushort*)superblock + (16 * (block % 2)))),
                    (sbyte*)(superblock + ScaleBytes + (block % 2 * BlockBytes)),
                    x.Shorts + (place * 32),
                    x.ShortScales + place,
                    tokens,
                    tile + (16 * group)
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sixteen(Vector512<float> scales, sbyte* w, short* a, float* scale, int tokens, float* y)
    {
        Vector512<short> w0 = Wide(w),
            w1 = Wide(w + 32),
            w2 = Wide(w + 64),
            w3 = Wide(w + 96);
        Vector512<short> w4 = Wide(w + 128),
            w5 = Wide(w + 160),
            w6 = Wide(w + 192),
            w7 = Wide(w + 224);
        Vector512<short> w8 = Wide(w + 256),
            w9 = Wide(w + 288),
            wa = Wide(w + 320),
            wb = Wide(w + 352);
        Vector512<short> wc = Wide(w + 384),
            wd = Wide(w + 416),
            we = Wide(w + 448),
            wf = Wide(w + 480);
        for (float* end = scale + tokens; scale < end; a += 32, scale++, y += TileRows)
        {
            Vector512<int> s0 = Product(w0, a) + Product(w1, a + 2);
            Vector512<int> s1 = Product(w2, a + 4) + Product(w3, a + 6);
            s0 += Product(w4, a + 8) + Product(w5, a + 10);
            s1 += Product(w6, a + 12) + Product(w7, a + 14);
            s0 += Product(w8, a + 16) + Product(w9, a + 18);
            s1 += Product(wa, a + 20) + Product(wb, a + 22);
            s0 += Product(wc, a + 24) + Product(wd, a + 26);
            s1 += Product(we, a + 28) + Product(wf, a + 30);
            Vector512<float> scaled = Avx512F.ConvertToVector512Single(s0 + s1) * Vector512.Create(*scale);
            Avx512F.FusedMultiplyAdd(scaled, scales, Vector512.Load(y)).Store(y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pair(sbyte* w, short* a) => Product(Wide(w), a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Wide(sbyte* w) => Avx512BW.ConvertToVector512Int16(Vector256.Load(w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Product(Vector512<short> w, short* a) =>
        Avx512BW.MultiplyAddAdjacent(w, Vector512.Create(*(int*)a).AsInt16());
}
