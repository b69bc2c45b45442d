using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Perception;

/// <summary>What the mask decoder looks at: the pixel decoder's features of a batch of images, laid out for attention.</summary>
/// <param name="MaskFeatures">(B, C, H/4, W/4); with <see cref="PerceptionConfig.Places"/> followed by the channels that tell
/// where each cell stands.</param>
/// <param name="LevelMaskFeatures">Per level (B, C, h * w): the mask features reduced to its cells, bilinearly, without gradient.
/// A mask is linear in them, so that reducing them once is the same as reducing every mask.</param>
/// <param name="Values">Per level (B, h * w, C): the memory with its level embedding, and its places if the decoder is to see
/// them.</param>
/// <param name="Positions">Per level (1, h * w, C): the encoding of row and column that is added to the keys.</param>
/// <param name="Sizes">Height and width of each level.</param>
/// <param name="Detail">(B, D, H/2, W/2): what the last masks are made finer by; null as published.</param>
internal sealed record DecoderMemory(
    Tensor MaskFeatures,
    IReadOnlyList<Tensor> LevelMaskFeatures,
    IReadOnlyList<Tensor> Values,
    IReadOnlyList<Tensor> Positions,
    IReadOnlyList<(long Height, long Width)> Sizes,
    Tensor? Detail = null
)
{
    /// <summary>(B, C, h, w): coarser mask features that the masks of all depths but the last are made of, for training; null for
    /// <see cref="MaskFeatures"/>.</summary>
    internal Tensor? EarlyMaskFeatures { get; init; }

    /// <summary>(B, C, H/32, W/32): the image encoder's last features, which classes are told by; null where they are
    /// not.</summary>
    public Tensor? Encoded { get; init; }

    /// <summary>(B, h * w, 11): 1 for the colour of each cell of a mask; null where nobody asks for them.</summary>
    public Tensor? Colors { get; init; }

    /// <summary>Channels of the mask features that tell a place.</summary>
    internal const int PlaceChannels = 2 * PlaceWaves.PerCoordinate;

    /// <summary>How high the waves of places are. What reads them begins at zero and moves by as much in each step, so this is
    /// how fast it learns.</summary>
    internal const double PlaceHeight = 4;

    /// <summary>Prepares pixel features for the mask decoder.</summary>
    /// <param name="features">Output of the pixel decoder.</param>
    /// <param name="levelEmbedding">(levels, C), added to the memory of each level.</param>
    /// <param name="places">Makes of a cell's place what is added to its memory; null for a decoder that does not see
    /// places.</param>
    internal static DecoderMemory Create(PixelFeatures features, Tensor levelEmbedding, Linear? places = null)
    {
        Tensor maskFeatures = places is null ? features.MaskFeatures : WithPlaces(features.MaskFeatures);
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
            Tensor value = memory.flatten(2).transpose(1, 2).Add(levelEmbedding[level]);
            values[level] = (
                places is null ? value : value.Add(places.forward(Places(height, width, memory)))
            ).MoveToOuterDisposeScope();
            positions[level] = SinePositionEncoding
                .SingleFrame(height, width, memory.shape[1], memory.device)
                .to(memory.dtype)
                .unsqueeze(0)
                .MoveToOuterDisposeScope();
        }

        using (no_grad())
        {
            for (int level = 0; level < levels; level++)
            {
                using Tensor map = nn.functional.interpolate(
                    maskFeatures,
                    size: [sizes[level].Height, sizes[level].Width],
                    mode: InterpolationMode.Bilinear,
                    align_corners: false
                );
                reduced[level] = map.flatten(2).contiguous();
            }
        }

        return new DecoderMemory(maskFeatures, reduced, values, positions, sizes);
    }

    /// <summary>The memory of one image of the batch, as views (B = 1).</summary>
    public DecoderMemory Image(long index) =>
        this with
        {
            MaskFeatures = MaskFeatures.narrow(0, index, 1),
            LevelMaskFeatures = [.. LevelMaskFeatures.Select(map => map.narrow(0, index, 1))],
            Values = [.. Values.Select(value => value.narrow(0, index, 1))],
            Detail = Detail?.narrow(0, index, 1),
            Encoded = Encoded?.narrow(0, index, 1),
            Colors = Colors?.narrow(0, index, 1),
        };

    private static Tensor WithPlaces(Tensor features)
    {
        using var scope = NewDisposeScope();
        (long batch, long height, long width) = (features.shape[0], features.shape[2], features.shape[3]);
        Tensor places = Places(height, width, features).t().reshape(1, PlaceChannels, height, width);
        return cat([features, places.expand(batch, -1, -1, -1)], dim: 1).MoveToOuterDisposeScope();
    }

    /// <summary>(h * w, P), of another tensor's kind.</summary>
    private static Tensor Places(long height, long width, Tensor like)
    {
        using var scope = NewDisposeScope();
        return PlaceWaves
            .Of(PixelDecoder.CellCenters(height, width, like.device).view(height * width, 2))
            .Mul(PlaceHeight)
            .to(like.dtype)
            .MoveToOuterDisposeScope();
    }
}
