using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>The sine encodings of positions (Mask2Former and DAB-DETR, as mmdet computes them).</summary>
internal static class SinePositionEncoding
{
    private const double Temperature = 10000;
    private const double TwoPi = 2 * Math.PI;
    private const double Epsilon = 1e-6;

    /// <summary>Encodes the cells of a grid; the first half of the channels tells the row, the second the column.</summary>
    /// <returns>(height * width, channels), row-major.</returns>
    public static Tensor Grid(long height, long width, long channels, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor y = Normalized(height, device).reshape(height, 1).expand(height, width);
        Tensor x = Normalized(width, device).reshape(1, width).expand(height, width);
        return cat([Waves(y, channels / 2), Waves(x, channels / 2)], dim: -1)
            .reshape(height * width, channels)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The grid encoding of the first and only frame of a video, which is what the mask decoder adds to its keys: a constant
    /// vector for the frame is added to the encoding of row and column.
    /// </summary>
    /// <returns>(height * width, channels), row-major.</returns>
    public static Tensor SingleFrame(long height, long width, long channels, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor frame = Waves(Normalized(1, device), channels); // (1, channels)
        return Grid(height, width, channels, device).Add(frame).MoveToOuterDisposeScope();
    }

    /// <summary>Encodes boxes given as (cx, cy, w, h) in 0..1; the channel groups are those of cy, cx, w, h.</summary>
    /// <param name="boxes">(..., 4).</param>
    /// <param name="channels">Channels for each of the four numbers.</param>
    /// <returns>(..., 4 * channels).</returns>
    public static Tensor Boxes(Tensor boxes, long channels)
    {
        using var scope = NewDisposeScope();
        Tensor[] parts = [.. new long[] { 1, 0, 2, 3 }.Select(i => Waves(boxes.select(-1, i).Mul(TwoPi), channels))];
        return cat(parts, dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>1 .. count, scaled so that the last is 2π.</summary>
    private static Tensor Normalized(long count, Device device) =>
        ScalarArithmetic.Arange(1, count + 1, 1, float32, device).Div(count + Epsilon).Mul(TwoPi);

    /// <summary>Sine in even, cosine in odd channels, at wavelengths that grow with the channel.</summary>
    private static Tensor Waves(Tensor angle, long channels)
    {
        using var scope = NewDisposeScope();
        Tensor exponent = ScalarArithmetic.Arange(channels, float32, angle.device).Div(2).floor().Mul(2.0 / channels);
        Tensor phase = angle.unsqueeze(-1).div(pow(Temperature, exponent)); // (..., channels)
        Tensor even = phase.slice(-1, 0, channels, 2).sin();
        Tensor odd = phase.slice(-1, 1, channels, 2).cos();
        return stack([even, odd], dim: -1).flatten(-2).MoveToOuterDisposeScope();
    }
}
