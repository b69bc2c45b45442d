using System.Numerics;
using OmgLlava.Weights;

namespace OmgLlava.Tests.Weights;

/// <summary>Plain data of pickles, opcode by opcode; tensors are in <see cref="PthFileTests"/>.</summary>
public class PickleReaderTests
{
    /// <summary>5,000,000,000 as each opcode for whole numbers writes it that can.</summary>
    public static TheoryData<byte[]> FiveBillions =>
        new(
            [.. "I5000000000\n."u8],
            [.. "L5000000000L\n."u8],
            [0x8a, 5, 0x00, 0xf2, 0x05, 0x2a, 0x01, (byte)'.'], // LONG1
            [0x8b, 5, 0, 0, 0, 0x00, 0xf2, 0x05, 0x2a, 0x01, (byte)'.'] // LONG4
        );

    [Theory, MemberData(nameof(FiveBillions))]
    public void Numbers_of_64_bits_are_long_whatever_they_are_written_as(byte[] pickle) =>
        Assert.Equal(5_000_000_000L, Assert.IsType<long>(Read(pickle)));

    [Fact]
    public void Longer_numbers_and_negative_ones_are_kept()
    {
        Assert.Equal(BigInteger.Pow(2, 70), Read([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 64, (byte)'.']));
        Assert.Equal(-1L, Read([0x8a, 1, 0xff, (byte)'.']));
        Assert.Equal(-2L, Read([(byte)'J', 0xfe, 0xff, 0xff, 0xff, (byte)'.']));
        Assert.Equal(true, Read([.. "I01\n."u8]));
    }

    [Fact]
    public void Marks_lists_and_dictionaries_nest()
    {
        // {"a": [1, 2], "b": {}}
        object? read = Read([.. "}(U\u0001a](K\u0001K\u0002eU\u0001b}u."u8]);
        var dictionary = Assert.IsType<Dictionary<object, object?>>(read);
        Assert.Equal([1L, 2L], Assert.IsType<List<object?>>(dictionary["a"]));
        Assert.Empty(Assert.IsType<Dictionary<object, object?>>(dictionary["b"]));
    }

    private static object? Read(byte[] pickle) => PickleReader.Read(new MemoryStream(pickle), "a.pkl");
}
