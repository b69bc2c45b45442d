using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OmgLlava.Language.Cpu;

/// <summary>8-bit weights on 128-bit vectors that every processor has, four rows in a vector.</summary>
internal sealed unsafe class Int8Portable : WeightKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Vector(byte* weights, int groups, Activations x, int token, float* output)
    {
        long groupBytes = Int8Layout.Instance.GroupBytes(x.Columns);
        for (int row = 0; row < groups * 16; row += 4)
        {
            byte* superblock = weights + (row / 16 * groupBytes);
            int inGroup = row % 16;
            Vector128<float> sum = Vector128<float>.Zero;
            for (int block = 0; block < x.Blocks; block++)
            {
                long place = ((long)block * x.Tokens) + token;
                var w = (sbyte*)(superblock + QuantizedLayout.ScaleBytes + (block % 2 * Int8Layout.BlockBytes) + (inGroup * 2));
                Vector128<float> scaled =
                    Vector128.ConvertToSingle(Block(w, x.Shorts + (place * 32))) * Vector128.Create(x.ShortScales[place]);
                sum = Vector128.FusedMultiplyAdd(
                    scaled,
                    Float16.ToSingle4((ushort*)superblock + (block % 2 * 16) + inGroup),
                    sum
                );
                superblock += block % 2 * Int8Layout.Instance.SuperblockBytes;
            }

            sum.Store(output + row);
        }
    }

    /// <summary>The sums of four rows over one block; a 32-bit lane holds two columns of a row.</summary>
    private static Vector128<int> Block(sbyte* w, short* a)
    {
        Vector128<int> sums = Vector128<int>.Zero;
        for (int i = 0; i < 16; i++, w += 32, a += 2)
        {
            Vector128<int> lanes = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)w).AsSByte()).AsInt32();
            sums += ((lanes << 16) >> 16) * Vector128.Create((int)a[0]);
            sums += (lanes >> 16) * Vector128.Create((int)a[1]);
        }

        return sums;
    }
}
