using OmgLlava.Engine;
using Tensor = OmgLlava.Engine.Tensor;

namespace OmgLlava.Tests.Engine;

/// <summary>What tests of kernels are made of.</summary>
internal static class KernelCase
{
    public static readonly ThreadTeam Team = new(2, "kernels");

    public static TheoryData<InstructionSet> Widths => [.. Enum.GetValues<InstructionSet>()];

    /// <summary>Numbers of -1 to 1.</summary>
    public static Tensor Random(int seed, params int[] shape)
    {
        var random = new Random(seed);
        var tensor = new Tensor(shape);
        foreach (ref float value in tensor.Span)
        {
            value = (float)(random.NextDouble() * 2) - 1;
        }

        return tensor;
    }

    public static void Near(double[] expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual.Span[i]) <= tolerance, $"{i}: {actual.Span[i]} instead of {expected[i]}");
        }
    }
}
