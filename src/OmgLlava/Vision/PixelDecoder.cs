using OmgLlava.Engine;
using OmgLlava.Perception;

namespace OmgLlava.Vision;

/// <summary>
/// The multi-scale deformable-attention pixel decoder (Mask2Former; mmdet's MSDeformAttnPixelDecoder): three levels of stride
/// 32, 16 and 8 exchange
/// information, then the finest joins the stride-4 features.
/// </summary>
internal sealed class PixelDecoder
{
    /// <summary>Levels that attend to one another.</summary>
    public const int Levels = PerceptionConfig.PixelDecoderLevels;

    private readonly (Convolution Convolution, Norm Norm)[] _inputs;
    private readonly Layer[] _layers;
    private readonly Tensor _levelEmbedding;
    private readonly (Convolution Convolution, Norm Norm) _lateral;
    private readonly (Convolution Convolution, Norm Norm) _output;
    private readonly Convolution _maskFeatures;
    private readonly int _channels;
    private readonly int _heads;

    public PixelDecoder(WeightReader weights, PerceptionConfig config)
    {
        int channels = _channels = config.Channels;
        _heads = config.Heads;
        _levelEmbedding = weights.Tensor("level_embedding", Levels, channels);
        _inputs =
        [
            .. Enumerable
                .Range(0, Levels)
                .Select(level =>
                    (
                        weights
                            .At($"inputs.{level}.convolution")
                            .Convolution(config.EncoderWidths[3 - level], channels, kernel: 1),
                        weights.At($"inputs.{level}.norm").Norm(channels)
                    )
                ),
        ];
        _layers = [.. Enumerable.Range(0, config.PixelDecoderLayers).Select(i => ReadLayer(weights.At($"layers.{i}"), config))];
        _lateral = (
            weights.At("lateral.convolution").Convolution(config.EncoderWidths[0], channels, kernel: 1, bias: false),
            weights.At("lateral.norm").Norm(channels)
        );
        _output = (
            weights.At("output.convolution").Convolution(channels, channels, kernel: 3, padding: 1, bias: false),
            weights.At("output.norm").Norm(channels)
        );
        _maskFeatures = weights.At("mask_features").Convolution(channels, channels, kernel: 1);
    }

    /// <summary>Decodes the maps of an image.</summary>
    /// <param name="kernels">Arithmetic.</param>
    /// <param name="stages">The image encoder's four stages, stride 4 first.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>Mask features (H/4, W/4, C) and memories (h, w, C) at strides 32, 16 and 8.</returns>
    public (Tensor MaskFeatures, Tensor[] Memories) Decode(
        Kernels kernels,
        IReadOnlyList<Tensor> stages,
        CancellationToken cancellation
    )
    {
        (int Height, int Width)[] sizes =
        [
            .. Enumerable.Range(0, Levels).Select(level => (stages[3 - level].Shape[0], stages[3 - level].Shape[1])),
        ];
        int count = sizes.Sum(size => size.Height * size.Width);
        using var tokens = new Tensor(count, _channels);
        using var positions = new Tensor(count, _channels);
        using var centers = new Tensor(count, 2);
        int start = 0;
        for (int level = 0; level < Levels; level++)
        {
            (int height, int width) = sizes[level];
            using Tensor x = kernels.Convolve(stages[3 - level], _inputs[level].Convolution);
            kernels.GroupNorm(x, _inputs[level].Norm);
            x.Span.CopyTo(tokens.Part(start, height * width).Span);
            using Tensor grid = Waves.Grid(height, width, _channels);
            kernels.AddRow(grid, _levelEmbedding.Row(level));
            grid.Span.CopyTo(positions.Part(start, height * width).Span);
            using Tensor middles = Waves.CellCenters(height, width);
            middles.Span.CopyTo(centers.Part(start, height * width).Span);
            start += height * width;
        }

        foreach (Layer layer in _layers)
        {
            cancellation.ThrowIfCancellationRequested();
            Exchange(kernels, layer, tokens, positions, centers, sizes);
        }

        cancellation.ThrowIfCancellationRequested();
        var memories = new Tensor[Levels];
        start = 0;
        for (int level = 0; level < Levels; level++)
        {
            (int height, int width) = sizes[level];
            using Tensor copy = tokens.Part(start, height * width);
            memories[level] = new Tensor(height, width, _channels);
            copy.Span.CopyTo(memories[level].Span);
            start += height * width;
        }

        return (Refine(kernels, stages[0], memories[^1]), memories);
    }

    /// <summary>Deformable self-attention and a feed-forward network, each with its residual and a norm after it, in
    /// place.</summary>
    private void Exchange(
        Kernels kernels,
        Layer layer,
        Tensor tokens,
        Tensor positions,
        Tensor centers,
        (int Height, int Width)[] sizes
    )
    {
        using Tensor query = tokens.Clone();
        kernels.Add(query, positions);
        using Tensor offsets = kernels.Multiply(query, layer.Offsets);
        using Tensor weights = kernels.Multiply(query, layer.Weights);
        using Tensor values = kernels.Multiply(tokens, layer.Value);
        using Tensor seen = kernels.Sample(values, offsets, weights, centers, sizes, _heads);
        kernels.Multiply(seen, layer.Output, tokens, add: true);
        kernels.LayerNorm(tokens, layer.AttentionNorm, tokens);
        using Tensor wide = kernels.Multiply(tokens, layer.Expand, Activation.Relu);
        kernels.Multiply(wide, layer.Contract, tokens, add: true);
        kernels.LayerNorm(tokens, layer.FeedForwardNorm, tokens);
    }

    /// <summary>Joins the finest level with the features of stride 4.</summary>
    private Tensor Refine(Kernels kernels, Tensor stage, Tensor memory)
    {
        using Tensor fine = kernels.Convolve(stage, _lateral.Convolution);
        kernels.GroupNorm(fine, _lateral.Norm);
        kernels.Resize(memory, fine.Shape[0], fine.Shape[1], fine);
        using Tensor mixed = kernels.Convolve(fine, _output.Convolution);
        kernels.GroupNorm(mixed, _output.Norm, Activation.Relu);
        return kernels.Convolve(mixed, _maskFeatures);
    }

    private static Layer ReadLayer(WeightReader weights, PerceptionConfig config)
    {
        (int channels, int samples) = (config.Channels, config.Heads * Levels * config.SamplingPoints);
        WeightReader attention = weights.At("attention");
        return new Layer(
            attention.At("sampling_offsets").Linear(channels, 2 * samples),
            attention.At("attention_weights").Linear(channels, samples),
            attention.At("value_projection").Linear(channels, channels),
            attention.At("output_projection").Linear(channels, channels),
            weights.At("feed_forward.0").Linear(channels, config.PixelDecoderFeedForward),
            weights.At("feed_forward.1").Linear(config.PixelDecoderFeedForward, channels),
            weights.At("norms.0").Norm(channels),
            weights.At("norms.1").Norm(channels)
        );
    }

    private sealed record Layer(
        PackedMatrix Offsets,
        PackedMatrix Weights,
        PackedMatrix Value,
        PackedMatrix Output,
        PackedMatrix Expand,
        PackedMatrix Contract,
        Norm AttentionNorm,
        Norm FeedForwardNorm
    );
}
