using System.Runtime.InteropServices;
using OmgLlava.Formats;
using OmgLlava.Torch;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Formats;

/// <summary>Elements are read and rounded as libtorch does, bit by bit.</summary>
public class ElementTypesTests
{
    [Theory]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Float32)]
    public void Elements_are_converted_as_libtorch_does(ElementType type)
    {
        using var scope = NewDisposeScope();
        var random = new Random(2);
        float[] values =
        [
            .. Enumerable
                .Range(0, 4001)
                .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
                .Where(value => !float.IsNaN(value)),
            0,
            -0f,
            1,
            float.MaxValue,
            float.Epsilon,
            float.PositiveInfinity,
            float.NegativeInfinity,
            1.00390625f,
            1.01171875f,
            65519,
            65520,
            6e-8f,
        ];
        byte[] rounded = new byte[values.Length * ElementTypes.Size(type)];
        ElementTypes.FromSingle(values, type, rounded);
        using Tensor expected = tensor(values).to(type.ToTorch());
        Assert.Equal(expected.bytes.ToArray(), rounded);
        float[] back = new float[values.Length];
        ElementTypes.ToSingle(rounded, type, back);
        Assert.Equal(expected.to(float32).bytes.ToArray(), MemoryMarshal.AsBytes(back.AsSpan()).ToArray());
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        float[] values = [.. Enumerable.Repeat(float.NaN, 33), BitConverter.UInt32BitsToSingle(0x7F800001)];
        byte[] rounded = new byte[values.Length * 2];
        ElementTypes.FromSingle(values, ElementType.BFloat16, rounded);
        float[] back = new float[values.Length];
        ElementTypes.ToSingle(rounded, ElementType.BFloat16, back);
        Assert.All(back, value => Assert.True(float.IsNaN(value)));
    }
}
