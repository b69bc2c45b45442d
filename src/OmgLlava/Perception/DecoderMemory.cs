using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Perception;

/// <summary>What the mask decoder looks at: the pixel decoder's features of a batch of images, laid out for attention.</summary>
/// <param name="MaskFeatures">(B, C, H/4, W/4).</param>
/// <param name="LevelMaskFeatures">Per level (B, C, h * w): the mask features reduced to its cells, bilinearly, without gradient. A mask is linear in
/// them, so that reducing them once is the same as reducing every mask.</param>
/// <param name="Values">Per level (B, h * w, C): the memory with its level embedding.</param>
/// <param name="Positions">Per level (1, h * w, C): the encoding of row and column that is added to the keys.</param>
/// <param name="Sizes">Height and width of each level.</param>
public sealed record DecoderMemory(
    Tensor MaskFeatures,
    IReadOnlyList<Tensor> LevelMaskFeatures,
    IReadOnlyList<Tensor> Values,
    IReadOnlyList<Tensor> Positions,
    IReadOnlyList<(long Height, long Width)> Sizes)
{
    /// <summary>Prepares pixel features for the mask decoder.</summary>
    /// <param name="features">Output of the pixel decoder.</param>
    /// <param name="levelEmbedding">(levels, C), added to the memory of each level.</param>
    internal static DecoderMemory Create(PixelFeatures features, Tensor levelEmbedding)
    {
        int levels = features.Memories.Count;
        var reduced = new Tensor[levels];
        var values = new Tensor[levels];
        var positions = new Tensor[levels];
        var sizes = new (long Height, long Width)[levels];
        for (int level = 0; level < levels; level++)
        {
            using var scope = NewDisposeScope();
            Tensor memory = features.Memories[level];
            (long height, long width) = sizes[level] = (memory.shape[2], memory.shape[3]);
            values[level] = memory.flatten(2).transpose(1, 2).Add(levelEmbedding[level]).MoveToOuterDisposeScope();
            positions[level] = SinePositionEncoding.SingleFrame(height, width, memory.shape[1], memory.device)
                .to(memory.dtype).unsqueeze(0).MoveToOuterDisposeScope();
        }

        using (no_grad())
        {
            for (int level = 0; level < levels; level++)
            {
                using Tensor map = nn.functional.interpolate(
                    features.MaskFeatures, size: [sizes[level].Height, sizes[level].Width], mode: InterpolationMode.Bilinear, align_corners: false);
                reduced[level] = map.flatten(2).contiguous();
            }
        }

        return new DecoderMemory(features.MaskFeatures, reduced, values, positions, sizes);
    }

    /// <summary>The memory of one image of the batch, as views (B = 1).</summary>
    public DecoderMemory Image(long index) => this with
    {
        MaskFeatures = MaskFeatures.narrow(0, index, 1),
        LevelMaskFeatures = [.. LevelMaskFeatures.Select(map => map.narrow(0, index, 1))],
        Values = [.. Values.Select(value => value.narrow(0, index, 1))],
    };
}
