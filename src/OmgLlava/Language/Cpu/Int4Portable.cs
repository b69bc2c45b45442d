using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>4-bit weights on 128-bit vectors that every processor has, four rows in a vector.</summary>
internal sealed unsafe class Int4Portable : WeightKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Vector(byte* weights, int groups, Activations x, int token, float* output)
    {
        long groupBytes = Int4Layout.Instance.GroupBytes(x.Columns);
        for (int row = 0; row < groups * 16; row += 4)
        {
            byte* superblock = weights + (row / 16 * groupBytes);
            int inGroup = row % 16;
            Vector128<float> sum = Vector128<float>.Zero;
            for (int block = 0; block < x.Blocks; block++)
            {
                long place = ((long)block * x.Tokens) + token;
                byte* w = superblock + QuantizedLayout.ScaleBytes + (block % 2 * Int4Layout.BlockBytes) + (inGroup * 4);
                Vector128<int> sums = Block(w, x.Bytes + (place * 32));
                Vector128<float> scaled =
                    (Vector128.ConvertToSingle(sums) * Vector128.Create(x.ByteScales[place]))
                    + Vector128.Create(x.Corrections[place]);
                sum = Vector128.FusedMultiplyAdd(
                    scaled,
                    Float16.ToSingle4((ushort*)superblock + (block % 2 * 16) + inGroup),
                    sum
                );
                superblock += block % 2 * Int4Layout.Instance.SuperblockBytes;
            }

            sum.Store(output + row);
        }
    }

    /// <summary>The sums of four rows over one block; a 32-bit lane holds four columns of a row, each with two numbers.</summary>
    private static Vector128<int> Block(byte* w, sbyte* a)
    {
        Vector128<int> sums = Vector128<int>.Zero;
        for (int i = 0; i < 4; i++, w += 64, a += 8)
        {
            Vector128<int> lanes = Vector128.Load((int*)w);
            for (int column = 0; column < 4; column++)
            {
                sums += ((lanes >>> (8 * column)) & Vector128.Create(15)) * Vector128.Create((int)a[column]);
                sums += ((lanes >>> ((8 * column) + 4)) & Vector128.Create(15)) * Vector128.Create((int)a[column + 4]);
            }
        }

        return sums;
    }
}
