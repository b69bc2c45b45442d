using OmgLlava.Engine;
using static OmgLlava.Tests.Engine.KernelCase;
using Tensor = OmgLlava.Engine.Tensor;

namespace OmgLlava.Tests.Engine;

/// <summary>The kernels that run over maps, likewise: convolutions, pooling, resizing.</summary>
public class MapKernelTests
{
    public static TheoryData<InstructionSet> Widths => KernelCase.Widths;

    [Theory, MemberData(nameof(Widths))]
    public void Convolutions(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach (
            (int side, int stride, int padding) in ((int, int, int)[])
                [(1, 1, 0), (1, 2, 0), (2, 2, 0), (4, 4, 0), (4, 2, 1), (3, 1, 1), (3, 2, 1), (7, 2, 3)]
        )
        {
            const int Height = 13,
                Width = 18,
                Channels = 5,
                Outputs = 19;
            using Tensor map = Random(1, Height, Width, Channels),
                w = Random(2, Outputs, side * side * Channels),
                bias = Random(3, Outputs);
            var convolution = new Convolution(PackedMatrix.Of(kernels, w, bias), side, stride, padding);
            using Tensor y = kernels.Convolve(map, convolution);
            int newWidth = convolution.Output(Width);
            Assert.Equal([convolution.Output(Height), newWidth, Outputs], y.Shape);
            double[] expected = new double[y.Count];
            for (int i = 0; i < expected.Length; i++)
            {
                (int cell, int output) = (i / Outputs, i % Outputs);
                expected[i] =
                    bias.Span[output]
                    + Window(
                        map,
                        (cell / newWidth * stride) - padding,
                        (cell % newWidth * stride) - padding,
                        side,
                        (tap, c) => w.Row(output)[(tap * Channels) + c]
                    );
            }

            Near(expected, y, 1e-3);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Depthwise_convolution(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        foreach ((int height, int wide, int channels) in ((int, int, int)[])[(1, 1, 3), (9, 17, 21), (20, 6, 32)])
        {
            using Tensor map = Random(1, height, wide, channels),
                w = Random(2, channels, 49),
                bias = Random(3, channels);
            using Tensor y = kernels.Convolve(map, new DepthwiseConvolution(w, bias));
            double[] expected = new double[y.Count];
            for (int i = 0; i < expected.Length; i++)
            {
                (int cell, int channel) = (i / channels, i % channels);
                expected[i] =
                    bias.Span[channel]
                    + Window(map, (cell / wide) - 3, (cell % wide) - 3, 7, (tap, c) => c == channel ? w.Row(channel)[tap] : 0);
            }

            Near(expected, y, 1e-4);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Max_pooling(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        using Tensor map = Random(1, 9, 12, 21);
        using Tensor y = kernels.MaxPool(map, kernel: 3, stride: 2, padding: 1);
        Assert.Equal([5, 6, 21], y.Shape);
        for (int i = 0; i < y.Count; i++)
        {
            (int row, int column, int c) = ((i / 21 / 6 * 2) - 1, (i / 21 % 6 * 2) - 1, i % 21);
            float expected = Enumerable
                .Range(0, 9)
                .Select(tap => (Y: row + (tap / 3), X: column + (tap % 3)))
                .Where(at => at.Y is >= 0 and < 9 && at.X is >= 0 and < 12)
                .Max(at => map.Row((at.Y * 12) + at.X)[c]);
            Assert.Equal(expected, y.Span[i]);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Resizing(InstructionSet width)
    {
        var kernels = Kernels.For(width, Team);
        using Tensor map = Random(1, 5, 7, 9);
        foreach ((int height, int wide) in ((int, int)[])[(5, 7), (13, 11), (2, 3), (10, 14)])
        {
            using Tensor y = kernels.Resize(map, height, wide);
            double[] expected = new double[y.Count];
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = Bilinear(
                    (row, column) => map.Row((row * 7) + column)[i % 9],
                    (5, 7),
                    (height, wide),
                    i / 9 / wide,
                    i / 9 % wide
                );
            }

            Near(expected, y, 1e-5);
        }

        using Tensor planes = Random(2, 3, 5, 7);
        using Tensor window = kernels.ResizePlanes(planes, (20, 20), (3, 2, 11, 17));
        double[] cut = new double[window.Count];
        for (int i = 0; i < cut.Length; i++)
        {
            (int plane, int y, int x) = (i / (11 * 17), i / 17 % 11, i % 17);
            cut[i] = Bilinear((row, column) => planes.Row((plane * 5) + row)[column], (5, 7), (20, 20), y + 3, x + 2);
        }

        Near(cut, window, 1e-5);
    }


    private static double Window(Tensor map, int top, int left, int side, Func<int, int, double> weight)
    {
        double sum = 0;
        for (int tap = 0; tap < side * side; tap++)
        {
            (int y, int x) = (top + (tap / side), left + (tap % side));
            for (int c = 0; c < map.Shape[2] && y >= 0 && y < map.Shape[0] && x >= 0 && x < map.Shape[1]; c++)
            {
                sum += weight(tap, c) * map.Row((y * map.Shape[1]) + x)[c];
            }
        }

        return sum;
    }

    private static double Bilinear(
        Func<int, int, double> at,
        (int Height, int Width) from,
        (int Height, int Width) to,
        int y,
        int x
    )
    {
        (int y0, int y1, double v) = Taps(from.Height, to.Height, y);
        (int x0, int x1, double u) = Taps(from.Width, to.Width, x);
        return ((1 - v) * (((1 - u) * at(y0, x0)) + (u * at(y0, x1)))) + (v * (((1 - u) * at(y1, x0)) + (u * at(y1, x1))));

        static (int, int, double) Taps(int source, int target, int cell)
        {
            double position = Math.Max(0, ((cell + 0.5) * source / target) - 0.5);
            int first = Math.Min((int)position, source - 1);
            return (first, Math.Min(first + 1, source - 1), position - first);
        }
    }
}
