using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>The ConvNeXt trunk (Liu et al. 2022) of the OpenCLIP image encoder. It gives the raw outputs of its four stages; no
/// norm follows them.</summary>
internal sealed class ConvNextEncoder : IImageEncoder
{
    private const float Epsilon = 1e-6f;

    private readonly Convolution _stem;
    private readonly Norm _stemNorm;
    private readonly Stage[] _stages;

    public ConvNextEncoder(WeightReader weights, PerceptionConfig config)
    {
        IReadOnlyList<int> widths = config.EncoderWidths;
        _stem = weights.At("stem.convolution").Convolution(3, widths[0], kernel: 4, stride: 4);
        _stemNorm = weights.At("stem.norm").Norm(widths[0], Epsilon);
        _stages = new Stage[widths.Count];
        for (int s = 0; s < _stages.Length; s++)
        {
            WeightReader stage = weights.At($"stages.{s}");
            Norm? norm = s == 0 ? null : stage.At("downsample.norm").Norm(widths[s - 1], Epsilon);
            Convolution? down =
                s == 0 ? null : stage.At("downsample.convolution").Convolution(widths[s - 1], widths[s], kernel: 2, stride: 2);
            _stages[s] = new Stage(
                norm,
                down,
                [.. Enumerable.Range(0, config.EncoderDepths[s]).Select(i => ReadBlock(stage.At($"blocks.{i}"), widths[s]))]
            );
        }
    }

    /// <inheritdoc/>
    public Tensor[] Encode(Kernels kernels, Tensor pixels, CancellationToken cancellation)
    {
        var maps = new List<Tensor>();
        Tensor x = kernels.Convolve(pixels, _stem);
        kernels.LayerNorm(x, _stemNorm, x);
        foreach (Stage stage in _stages)
        {
            if (stage.Downsample is { } downsample)
            {
                using var normed = new Tensor([.. x.Shape]);
                kernels.LayerNorm(x, stage.Norm!, normed);
                x = kernels.Convolve(normed, downsample);
            }

            foreach (Block block in stage.Blocks)
            {
                cancellation.ThrowIfCancellationRequested();
                using Tensor mixed = kernels.Convolve(x, block.Depthwise);
                kernels.AddMlp(mixed, block.Norm, block.Expand, block.Contract, x);
            }

            maps.Add(x);
        }

        return [.. maps];
    }

    /// <summary>The scale of a block's branch goes into its last layer.</summary>
    private static Block ReadBlock(WeightReader weights, int channels)
    {
        DepthwiseConvolution depthwise = weights.At("depthwise").Depthwise(channels);
        Norm norm = weights.At("norm").Norm(channels, Epsilon);
        PackedMatrix expand = weights.At("expand").Linear(channels, 4 * channels);
        WeightReader contract = weights.At("contract");
        using Tensor? matrix = contract.Load("weight", channels, 4 * channels);
        using Tensor? bias = contract.Load("bias", channels);
        using Tensor? scale = weights.Load("scale", channels);
        if (matrix is null)
        {
            return new Block(depthwise, norm, expand, null!);
        }

        for (int c = 0; c < channels; c++)
        {
            bias!.Span[c] *= scale!.Span[c];
        }

        var scaled = PackedMatrix.Of(weights.Kernels, matrix, bias, contract.FormatOf("weight"), scale);
        return new Block(depthwise, norm, expand, weights.Keep(scaled));
    }

    private sealed record Block(DepthwiseConvolution Depthwise, Norm Norm, PackedMatrix Expand, PackedMatrix Contract);

    private sealed record Stage(Norm? Norm, Convolution? Downsample, Block[] Blocks);
}
