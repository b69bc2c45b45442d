using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>Multi-scale deformable attention (Zhu et al. 2021, equation 3), without the residual.</summary>
internal sealed class DeformableAttention : nn.Module
{
    private readonly Linear _offsets;
    private readonly Linear _weights;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly int _heads;
    private readonly int _levels;
    private readonly int _points;

    public DeformableAttention(int channels, int heads, int levels, int points, Placement placement)
        : base(nameof(DeformableAttention))
    {
        (_heads, _levels, _points) = (heads, levels, points);
        _offsets = this.Add("sampling_offsets", new Linear(channels, heads * levels * points * 2, placement));
        _weights = this.Add("attention_weights", new Linear(channels, heads * levels * points, placement));
        _value = this.Add("value_projection", new Linear(channels, channels, placement));
        _output = this.Add("output_projection", new Linear(channels, channels, placement));
    }

    /// <param name="query">(B, N, C), with its position added.</param>
    /// <param name="value">(B, T, C), the tokens of all levels one after the other, row-major.</param>
    /// <param name="reference">(B or 1, N, levels or 1, 2): x, y in 0..1 of the image.</param>
    /// <param name="sizes">Height and width of each level; their areas add up to T.</param>
    /// <returns>(B, N, C).</returns>
    public Tensor Forward(Tensor query, Tensor value, Tensor reference, IReadOnlyList<(long Height, long Width)> sizes)
    {
        using var scope = NewDisposeScope();
        long batch = query.shape[0];
        long count = query.shape[1];
        Tensor offsets = _offsets.forward(query).view(batch, count, _heads, _levels, _points, 2);
        Tensor weights = _weights
            .forward(query)
            .view(batch, count, _heads, _levels * _points)
            .softmax(-1)
            .view(batch, count, _heads, _levels, _points);
        Tensor values = _value.forward(value).unflatten(2, _heads, -1); // (B, T, heads, C / heads)

        Tensor sum =
            query.device_type == TorchSharp.DeviceType.CPU && query.dtype == ScalarType.Float32 && !is_grad_enabled()
                ? DeformableSampling.Sum(values, offsets, weights, reference, sizes)
                : Sum(values, offsets, weights, reference, sizes);
        return _output.forward(sum).MoveToOuterDisposeScope();
    }

    /// <summary>The same as <see cref="DeformableSampling.Sum"/> in operations of libtorch, with gradients.</summary>
    internal static Tensor Sum(
        Tensor values,
        Tensor offsets,
        Tensor weights,
        Tensor reference,
        IReadOnlyList<(long Height, long Width)> sizes
    )
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        long start = 0;
        for (int level = 0; level < sizes.Count; level++)
        {
            (long height, long width) = sizes[level];
            Tensor map = values.narrow(1, start, height * width);
            start += height * width;
            Tensor center = reference.select(2, reference.shape[2] == 1 ? 0 : level).unsqueeze(2).unsqueeze(2); // (B, N, 1, 1, 2)
            Tensor sampled = Sample(map, height, width, center, offsets.select(3, level), weights.select(3, level));
            sum = sum is null ? sampled : sum.AddInPlace(sampled);
        }

        return sum!.MoveToOuterDisposeScope();
    }

    /// <summary>Bilinear samples of one level, zero outside, weighted and summed over its points.</summary>
    /// <returns>(B, N, C).</returns>
    private static Tensor Sample(Tensor map, long height, long width, Tensor center, Tensor offsets, Tensor weights)
    {
        using var scope = NewDisposeScope();
        (long batch, long heads) = (map.shape[0], map.shape[2]);
        (long count, long points) = (offsets.shape[1], offsets.shape[3]);
        using Tensor size = tensor(new float[] { width, height }, dtype: offsets.dtype, device: offsets.device);
        Tensor grid = center
            .Add(offsets.div(size))
            .Mul(2)
            .Sub(1) // (B, N, heads, points, 2), in -1..1
            .transpose(1, 2)
            .flatten(0, 1);
        Tensor image = map.permute(0, 2, 3, 1).reshape(batch * heads, -1, height, width); // (B * heads, C / heads, H, W)
        Tensor samples = nn.functional.grid_sample(
            // (B * heads, C / heads, N, points)
            image,
            grid,
            GridSampleMode.Bilinear,
            GridSamplePaddingMode.Zeros,
            align_corners: false
        );
        Tensor weight = weights.transpose(1, 2).reshape(batch * heads, 1, count, points);
        return samples
            .mul(weight)
            .sum(-1) // (B * heads, C / heads, N)
            .view(batch, -1, count)
            .transpose(1, 2)
            .MoveToOuterDisposeScope();
    }
}
