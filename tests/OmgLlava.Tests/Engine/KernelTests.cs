using OmgLlava.Engine;
using OmgLlava.Torch.Perception;
using static OmgLlava.Tests.Engine.KernelCase;
using Tensor = OmgLlava.Engine.Tensor;

namespace OmgLlava.Tests.Engine;

/// <summary>Every kernel at every vector width against plain sums in float64, over shapes that fit no vector, panel or
/// chunk: products, norms, attention.</summary>
public class KernelTests
{
    public static TheoryData<InstructionSet> Widths => KernelCase.Widths;

    [Theory, MemberData(nameof(Widths))]
    public void Products(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach (
            (int rows, int columns, int outputs) in ((int, int, int)[])
                [(1, 1, 1), (7, 13, 5), (100, 400, 70), (3, 900, 33), (193, 64, 40)]
        )
        {
            using Tensor x = Random(1, rows, columns),
                w = Random(2, outputs, columns),
                bias = Random(3, outputs),
                y = Random(4, rows, outputs);
            using var packed = PackedMatrix.Of(kernels, w, bias);
            using Tensor product = kernels.Multiply(x, packed, Activation.Relu);
            double[] plain = Plain(x, w, bias);
            Near([.. plain.Select(value => Math.Max(value, 0))], product, 1e-5 * columns);
            double[] before = [.. y.Span.ToArray().Select(value => (double)value)];
            kernels.Multiply(x, packed, y, add: true);
            Near([.. before.Zip(plain, (a, b) => a + b)], y, 1e-5 * columns);
            using var transposed = PackedMatrix.Transposed(kernels, x); // xᵀ (columns, rows)
            using Tensor square = kernels.Multiply(x.View(rows, columns).Clone(), PackedMatrix.Of(kernels, x));
            Near(Plain(x, x, null), square, 1e-5 * columns);
            Assert.Equal((columns, rows), (transposed.Rows, transposed.Columns));
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Numbers_held_in_fewer_bits_give_the_products_that_they_give_in_float32(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach ((int rows, int columns, int outputs) in ((int, int, int)[])[(1, 1, 1), (7, 13, 5), (100, 400, 70), (3, 900, 33)])
        {
            using Tensor x = Random(1, rows, columns),
                w = Random(2, outputs, columns),
                bias = Random(3, outputs),
                scales = Random(4, outputs);
            foreach (ref float value in w.Span)
            {
                value = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
            }

            using var plain = PackedMatrix.Of(kernels, w, bias, PanelFormat.Float32, scales);
            using var half = PackedMatrix.Of(kernels, w, bias, PanelFormat.BFloat16, scales);
            using Tensor expected = kernels.Multiply(x, plain),
                halved = kernels.Multiply(x, half);
            Assert.Equal(expected.Span, halved.Span); // to the bit

            foreach (ref float value in w.Span)
            {
                value = MathF.Round(value * 40) / 40;
            }

            for (int row = 0; row < outputs; row++)
            {
                w.Row(row)[row % columns] = 127f / 40;
            }

            using var whole = PackedMatrix.Of(kernels, w, bias, PanelFormat.Int8, scales);
            using Tensor product = kernels.Multiply(x, whole);
            double[] sums = Plain(x, w, null);
            Near(
                [.. sums.Select((sum, i) => (sum * scales.Span[i % outputs]) + bias.Span[i % outputs])],
                product,
                1e-5 * columns
            );
            Assert.True(columns < 400 || whole.ByteCount < half.ByteCount && half.ByteCount < plain.ByteCount);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Whole_numbers_are_multiplied_exactly_up_to_the_largest(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach ((int rows, int columns, int outputs) in ((int, int, int)[])[(1, 1, 1), (7, 13, 5), (13, 769, 70)])
        {
            using Tensor x = new(rows, columns),
                w = new(outputs, columns);
            var random = new Random(columns);
            for (int i = 0; i < x.Span.Length; i++)
            {
                bool largest = i % columns == 0 || i / columns == 0;
                x.Span[i] = largest ? short.MaxValue : random.Next(-short.MaxValue, short.MaxValue + 1);
            }

            for (int i = 0; i < w.Span.Length; i++)
            {
                bool largest = i % columns == 0 || i / columns == 0;
                w.Span[i] = largest ? sbyte.MaxValue : random.Next(-sbyte.MaxValue, sbyte.MaxValue + 1);
            }

            using var packed = PackedMatrix.Of(kernels, w, format: PanelFormat.Int8);
            using Tensor product = kernels.Multiply(x, packed);
            double[] sums = Plain(x, w, null);
            double rounding = 1e-7 * short.MaxValue * sbyte.MaxValue * columns; // of a block's sum to float32
            for (int i = 0; i < sums.Length; i++)
            {
                Assert.Equal(sums[i], product.Span[i], rounding);
            }
        }
    }

    [Fact]
    public void Whole_numbers_give_the_same_bits_on_all_instructions()
    {
        using Tensor x = Random(1, 20, 801),
            w = Random(2, 70, 801);
        float[]? first = null;
        foreach (InstructionSet width in InstructionSets.Supported)
        {
            var kernels = Kernels.For(width, Team);
            using var packed = PackedMatrix.Of(kernels, w, format: PanelFormat.Int8);
            using Tensor product = kernels.Multiply(x, packed);
            first ??= product.Span.ToArray();
            Assert.Equal(first, product.Span.ToArray());
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void An_mlp_in_bands_is_the_same_as_its_steps(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        const int Rows = 203,
            Channels = 100;
        using Tensor x = Random(1, Rows, Channels),
            weight = Random(2, Channels),
            bias = Random(3, Channels),
            wide = Random(4, 4 * Channels, Channels),
            narrow = Random(5, Channels, 4 * Channels),
            normed = new(Rows, Channels);
        var norm = new Norm(weight, bias, 1e-6f);
        kernels.LayerNorm(x, norm, normed);
        foreach (PanelFormat format in (PanelFormat[])[PanelFormat.Float32, PanelFormat.Int8])
        {
            using PackedMatrix expand = PackedMatrix.Of(kernels, wide, format: format),
                contract = PackedMatrix.Of(kernels, narrow, bias, format);
            using Tensor steps = x.Clone(),
                bands = x.Clone(),
                middle = kernels.Multiply(normed, expand, Activation.Gelu);
            kernels.Multiply(middle, contract, steps, add: true);
            kernels.AddMlp(x, norm, expand, contract, bands);
            Assert.Equal(steps.Span, bands.Span); // to the bit
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void A_transposed_matrix_is_the_transpose(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        using Tensor x = Random(1, 5, 37),
            w = Random(2, 37, 11);
        using var packed = PackedMatrix.Transposed(kernels, w);
        using Tensor y = kernels.Multiply(x, packed);
        double[] expected = new double[5 * 11];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = Enumerable.Range(0, 37).Sum(k => (double)x.Row(i / 11)[k] * w.Row(k)[i % 11]);
        }

        Near(expected, y, 1e-4);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Gelu_is_exact(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        using var x = new Tensor(1, 2003);
        for (int i = 0; i < 2003; i++)
        {
            x.Span[i] = (i - 1001) / 100f;
        }

        double[] expected = [.. x.Span.ToArray().Select(v => 0.5 * v * ErrorFunction.Complement(-v / Math.Sqrt(2)))];
        kernels.Activate(x, Activation.Gelu);
        Near(expected, x, 5e-7);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Layer_norm(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach (int channels in (int[])[1, 5, 32, 67])
        {
            using Tensor x = Random(1, 9, channels),
                weight = Random(2, channels),
                bias = Random(3, channels),
                y = new(9, channels);
            kernels.LayerNorm(x, new Norm(weight, bias, 1e-6f), y);
            for (int row = 0; row < 9; row++)
            {
                double[] values = [.. x.Row(row).ToArray().Select(v => (double)v)];
                double mean = values.Average();
                double scale = 1 / Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + 1e-6);
                for (int c = 0; c < channels; c++)
                {
                    Assert.Equal(((values[c] - mean) * scale * weight.Span[c]) + bias.Span[c], y.Row(row)[c], 1e-4);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Group_norm(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        const int Channels = 96,
            Cells = 131;
        using Tensor x = Random(1, Cells, Channels),
            weight = Random(2, Channels),
            bias = Random(3, Channels);
        RowMath.AddScaled(x.Span, Enumerable.Repeat(50f, Cells * Channels).ToArray(), 1); // a mean far from 0 cancels nothing
        float[] before = x.Span.ToArray();
        kernels.GroupNorm(x, new Norm(weight, bias), Activation.Relu);
        for (int c = 0; c < Channels; c++)
        {
            double[] group = [.. before.Where((_, i) => i % Channels / 3 == c / 3).Select(v => (double)v)];
            double mean = group.Average();
            double scale = 1 / Math.Sqrt(group.Average(v => (v - mean) * (v - mean)) + 1e-5);
            for (int cell = 0; cell < Cells; cell++)
            {
                double expected = ((before[(cell * Channels) + c] - mean) * scale * weight.Span[c]) + bias.Span[c];
                Assert.Equal(Math.Max(0, expected), x.Row(cell)[c], 1e-3);
            }
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Attention(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach (
            (int queries, int cells, int heads, int size, bool masked) in ((int, int, int, int, bool)[])
                [(1, 1, 1, 3, false), (135, 150, 3, 20, true), (40, 64, 2, 32, false), (5, 300, 4, 8, true)]
        )
        {
            int channels = heads * size;
            using Tensor q = Random(1, queries, channels),
                k = Random(2, cells, channels),
                v = Random(3, cells, channels);
            byte[]? visible = null;
            if (masked)
            {
                // Few places, so that whole pages are hidden from some queries; one at least.
                var random = new Random(5);
                visible =
                [
                    .. Enumerable
                        .Range(0, queries * cells)
                        .Select(i => (byte)(i % cells == i / cells || random.Next(60) == 0 ? 1 : 0)),
                ];
            }

            using Tensor y = kernels.Attend(q, k, v, heads, visible);
            double[] expected = new double[queries * channels];
            for (int i = 0; i < expected.Length; i++)
            {
                (int query, int channel) = (i / channels, i % channels);
                int first = channel / size * size;
                double[] shares =
                [
                    .. Enumerable
                        .Range(0, cells)
                        .Select(cell =>
                            visible is not null && visible[(query * cells) + cell] == 0
                                ? 0
                                : Math.Exp(
                                    Enumerable.Range(first, size).Sum(c => (double)q.Row(query)[c] * k.Row(cell)[c])
                                        / Math.Sqrt(size)
                                )
                        ),
                ];
                expected[i] = shares.Select((share, cell) => share * v.Row(cell)[channel]).Sum() / shares.Sum();
            }

            Near(expected, y, 1e-4);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Results_do_not_depend_on_the_number_of_threads(InstructionSet width)
    {
        using var alone = new ThreadTeam(1);
        using Tensor x = Random(1, 211, 70),
            w = Random(2, 90, 70);
        Kernels one = Kernels.For(width, alone),
            two = Kernels.For(width, Team);
        using PackedMatrix first = PackedMatrix.Of(one, w),
            second = PackedMatrix.Of(two, w);
        using Tensor a = one.Multiply(x, first, Activation.Gelu),
            b = two.Multiply(x, second, Activation.Gelu);
        Assert.Equal(a.Span.ToArray(), b.Span.ToArray());
    }


    private static double[] Plain(Tensor x, Tensor w, Tensor? bias)
    {
        double[] y = new double[x.Rows * w.Rows];
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int output) = (i / w.Rows, i % w.Rows);
            double sum = bias?.Span[output] ?? 0;
            for (int k = 0; k < x.Width; k++)
            {
                sum += (double)x.Row(row)[k] * w.Row(output)[k];
            }

            y[i] = sum;
        }

        return y;
    }
}
