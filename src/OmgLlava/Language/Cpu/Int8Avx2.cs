using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OmgLlava.Language.Cpu;

/// <summary>8-bit weights on AVX2, eight rows in a vector; see <see cref="Int8Avx512"/>.</summary>
internal sealed unsafe class Int8Avx2 : WeightKernel
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
            Vector256<float> upper = Vector256<float>.Zero;
            Vector256<float> lower = Vector256<float>.Zero;
            short* a = x.Shorts + (token * 32L);
            float* scale = x.ShortScales + token;
            for (int i = 0; i < x.Blocks / 2; i++, weights += SuperblockBytes)
            {
                for (int half = 0; half < 2; half++, a += 32 * step, scale += step)
                {
                    var w = (sbyte*)(weights + ScaleBytes + (half * BlockBytes));
                    ushort* scales = (ushort*)weights + (16 * half);
                    upper = Fma.MultiplyAdd(Scaled(Block(w, a), *scale), Float16.ToSingle(Vector128.Load(scales)), upper);
                    lower = Fma.MultiplyAdd(
                        Scaled(Block(w + 16, a), *scale),
                        Float16.ToSingle(Vector128.Load(scales + 8)),
                        lower
                    );
                }
            }

            upper.Store(output + (group * 16));
            lower.Store(output + (group * 16) + 8);
        }
    }

    /// <summary>Eight rows after eight rows; half a block's widened weights stay in registers, so a block takes two
    /// rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tile(byte* weights, Activations x, int first, int tokens, float* tile)
    {
        long groupBytes = (long)x.Blocks / 2 * SuperblockBytes;
        new Span<float>(tile, tokens * TileRows).Clear();
        int* sums = stackalloc int[8 * tokens];
        for (int block = 0; block < x.Blocks; block++)
        {
            long place = ((long)block * x.Tokens) + first;
            short* a = x.Shorts + (place * 32);
            for (int part = 0; part < 2 * TileGroups; part++)
            {
                byte* superblock = weights + (part / 2 * groupBytes) + ((long)(block / 2) * SuperblockBytes);
                var w = (sbyte*)(superblock + ScaleBytes + (block % 2 * BlockBytes) + (16 * (part % 2)));
                Half(w, a, tokens, sums, add: false);
                Half(w + (BlockBytes / 2), a + 16, tokens, sums, add: true);
                Vector256<float> scales = Float16.ToSingle(
                    Vector128.Load((ushort*)superblock + (16 * (block % 2)) + (8 * (part % 2)))
                );
                float* y = tile + (8 * part);
                for (int token = 0; token < tokens; token++, y += TileRows)
                {
                    Fma.MultiplyAdd(
                            Scaled(Vector256.Load(sums + (8 * token)), x.ShortScales[place + token]),
                            scales,
                            Vector256.Load(y)
                        )
                        .Store(y);
                }
            }
        }
    }

    /// <summary>The sums of eight rows over half a block, for each token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Half(sbyte* w, short* a, int tokens, int* sums, bool add)
    {
        Vector256<short> w0 = Wide(w),
            w1 = Wide(w + 32),
            w2 = Wide(w + 64),
            w3 = Wide(w + 96);
        Vector256<short> w4 = Wide(w + 128),
            w5 = Wide(w + 160),
            w6 = Wide(w + 192),
            w7 = Wide(w + 224);
        for (int* end = sums + (8 * tokens); sums < end; sums += 8, a += 32)
        {
            Vector256<int> even = Product(w0, a) + Product(w2, a + 4);
            Vector256<int> odd = Product(w1, a + 2) + Product(w3, a + 6);
            even += Product(w4, a + 8) + Product(w6, a + 12);
            odd += Product(w5, a + 10) + Product(w7, a + 14);
            (add ? Vector256.Load(sums) + (even + odd) : even + odd).Store(sums);
        }
    }

    /// <summary>The sums of eight rows over one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Block(sbyte* w, short* a)
    {
        Vector256<int> even = Pair(w, a);
        Vector256<int> odd = Pair(w + 32, a + 2);
        for (int v = 2; v < 16; v += 2)
        {
            even += Pair(w + (32 * v), a + (2 * v));
            odd += Pair(w + (32 * v) + 32, a + (2 * v) + 2);
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pair(sbyte* w, short* a) => Product(Wide(w), a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Wide(sbyte* w) => Avx2.ConvertToVector256Int16(Vector128.Load(w));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Product(Vector256<short> w, short* a) =>
        Avx2.MultiplyAddAdjacent(w, Vector256.Create(*(int*)a).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled(Vector256<int> sums, float scale) =>
        Avx.ConvertToVector256Single(sums) * Vector256.Create(scale);
}
