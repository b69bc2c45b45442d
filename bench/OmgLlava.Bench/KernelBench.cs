using OmgLlava.Engine;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Bench;

/// <summary>
/// One thread's products on each instruction set, by processor time, so that other programs disturb it little: many tokens with a
/// matrix that stays in the cache, and one token with matrices that come from memory.
/// </summary>
internal static unsafe class KernelBench
{
    public static void Run(BenchOptions options)
    {
        int tokens = options.Number("tokens", 256);
        Table.Header(
            $"one thread, {tokens} tokens x (4096, 4096), and one token x 512 MB",
            "format",
            "instructions",
            "GFLOP/s, many tokens",
            "GB/s, one token"
        );
        foreach (WeightFormat format in Enum.GetValues<WeightFormat>().Reverse())
        {
            foreach (
                InstructionSet set in InstructionSets.Supported.Where(set =>
                    set != InstructionSet.Portable || options.Text("portable") is not null
                )
            )
            {
                double many = Measure(format, set, 4096, tokens);
                double one = Measure(format, set, 1 << 16, 1);
                Table.Row(
                    $"{format}",
                    $"{set}",
                    Table.Number(many * tokens * 2 * 4096 * 4096 / 1e9, 0),
                    Table.Number(one * 4096 * Bits(format) / 8 * (1 << 16) / 1e9, 1)
                );
            }
        }
    }

    private static double Bits(WeightFormat format) => WeightLayout.Of(format).GroupBytes(4096) * 8 / 16.0 / 4096;

    /// <summary>Products a second.</summary>
    private static double Measure(WeightFormat format, InstructionSet set, int rows, int tokens)
    {
        using var team = new ThreadTeam(1);
        using var matrix = new Matrix(format, rows, 4096, KernelChoice.Only(set));
        new Span<byte>(matrix.Bytes, (int)Math.Min(int.MaxValue, matrix.ByteCount)).Fill(0x11);
        using var values = AlignedMemory.Of<float>((long)tokens * 4096);
        new Span<float>((float*)values.Pointer, tokens * 4096).Fill(1);
        using var output = AlignedMemory.Of<float>((long)tokens * rows);
        using var input = new Activations((float*)values.Pointer, tokens, 4096, format);
        for (int token = 0; token < tokens; token++)
        {
            input.Quantize(token);
        }

        var products = new Products(team);
        var rates = new List<double>();
        for (int round = 0; round < 9; round++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            products.Multiply(matrix, input, tokens, (float*)output.Pointer, add: false, CancellationToken.None);
            rates.Add(1 / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return Table.Median(rates.Skip(2));
    }
}
