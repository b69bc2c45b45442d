using OmgLlava.Engine;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Tests.Language.Cpu;

/// <summary>Every kernel against sums in double precision, over shapes that are multiples of nothing and numbers that are
/// extreme.</summary>
public sealed unsafe class KernelTests
{
    public static TheoryData<WeightFormat, InstructionSet> Kernels =>
        [.. from format in Enum.GetValues<WeightFormat>() from set in InstructionSets.Supported select (format, set)];

    [Theory, MemberData(nameof(Kernels))]
    public void Products_are_those_of_double_precision(WeightFormat format, InstructionSet instructions)
    {
        var random = new Random(1);
        foreach ((int rows, int columns, int tokens) in Shapes(random))
        {
            foreach (Func<int, float> draw in Distributions(random))
            {
                using var data = new ProductData(format, rows, columns, tokens, draw);
                float[] actual = data.Multiply(instructions);
                for (int token = 0; token < tokens; token++)
                {
                    for (int row = 0; row < rows; row++)
                    {
                        (double expected, double magnitude) = data.Expected(row, token);
                        double error = Math.Abs(expected - actual[(token * rows) + row]);
                        Assert.True(
                            error <= (3e-6 * magnitude) + 1e-30,
                            $"({rows}, {columns}) x {tokens}: {actual[(token * rows) + row]} instead of {expected} at ({row}, "
                                + $"{token})"
                        );
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Every_instruction_set_gives_the_same_bits(WeightFormat format, InstructionSet instructions)
    {
        var random = new Random(2);
        foreach ((int rows, int columns, int tokens) in Shapes(random))
        {
            using var data = new ProductData(format, rows, columns, tokens, _ => Normal(random));
            Assert.Equal(data.Multiply(InstructionSet.Portable), data.Multiply(instructions));
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void A_token_gets_among_others_what_it_gets_alone(WeightFormat format, InstructionSet instructions)
    {
        var random = new Random(3);
        using var many = new ProductData(format, 70, 130, 9, _ => Normal(random));
        float[] together = many.Multiply(instructions);
        for (int token = 0; token < 9; token++)
        {
            using ProductData one = many.Token(token);
            Assert.Equal(together[(token * 70)..((token + 1) * 70)], one.Multiply(instructions));
        }
    }

    [Theory]
    [InlineData(WeightFormat.Float32, 0)]
    [InlineData(WeightFormat.BFloat16, 0.002)]
    [InlineData(WeightFormat.Int8, 0.006)]
    [InlineData(WeightFormat.Int4, 0.09)]
    public void Rounding_weights_loses_what_the_format_must_lose(WeightFormat format, double expected)
    {
        var random = new Random(4);
        float[] weights = [.. Enumerable.Range(0, 48 * 256).Select(_ => Normal(random))];
        using Matrix matrix = ProductData.Pack(format, weights, 48, 256, InstructionSet.Portable);
        float[] row = new float[256];
        double error = 0;
        double size = 0;
        for (int r = 0; r < 48; r++)
        {
            fixed (float* values = row)
            {
                matrix.CopyRow(r, values);
            }

            for (int c = 0; c < 256; c++)
            {
                error += Math.Pow(row[c] - weights[(r * 256) + c], 2);
                size += Math.Pow(weights[(r * 256) + c], 2);
            }
        }

        Assert.InRange(Math.Sqrt(error / size), expected * 0.5, expected);
    }

    [Fact]
    public void Activations_are_rounded_to_half_a_step()
    {
        var random = new Random(5);
        foreach (Func<int, float> draw in Distributions(random))
        {
            using var data = new ProductData(WeightFormat.Int4, 1, 77, 5, draw);
            using var precise = new ProductData(WeightFormat.Int8, 1, 77, 5, draw);
            // the step is rounded up to eight significant bits
            Assert.InRange(data.LargestRounding(), 0, 0.5 / 127 * (1 + (1.0 / 128)));
            Assert.InRange(precise.LargestRounding(), 0, 0.5 / 4095 * 1.001);
        }
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused()
    {
        float[] weights = new float[64];
        weights[40] = float.NaN;
        var error = Assert.Throws<OmgLlavaException>(() =>
            ProductData.Pack(WeightFormat.Int4, weights, 1, 64, InstructionSet.Portable)
        );
        Assert.Contains("'w' holds numbers that are not finite", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int Rows, int Columns, int Tokens)> Shapes(Random random) =>
        [
            (1, 1, 1),
            (16, 64, 1),
            (33, 65, 2),
            (64, 128, 70),
            (17, 31, 65),
            .. Enumerable.Range(0, 6).Select(_ => (random.Next(1, 100), random.Next(1, 300), random.Next(1, 12))),
        ];

    /// <summary>Usual numbers, very large and very small ones beside one another, zeros, and numbers whose sums are as large as
    /// can be.</summary>
    private static Func<int, float>[] Distributions(Random random) =>
        [
            _ => Normal(random),
            i => Normal(random) * MathF.Pow(10, (i % 7) - 3),
            i => i % 3 == 0 ? Normal(random) : 0,
            _ => 0,
            _ => -1,
            i => i % 64 < 32 ? 1000 : -1000,
        ];

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
