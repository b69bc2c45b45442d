using OmgLlava.Alignment;
using OmgLlava.Perception;
using OmgLlava.Torch.Alignment;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Alignment;

/// <summary>Small projectors with drawn weights, and made-up perceptions for them.</summary>
internal static class SmallAlignment
{
    public const int Pixels = 4;

    public const int Queries = 5;

    public static AlignmentConfig Config { get; } =
        new()
        {
            QueryChannels = 3,
            ImageChannels = 2,
            PixelShuffleRatio = 2,
            LanguageWidth = 12,
            CrossAttentionHeads = 4,
            CrossAttentionFeedForward = 10,
        };

    public static VisualProjector Visual(AlignmentConfig config, PerceptionConfig? perception = null)
    {
        var projector = new VisualProjector(config, perception ?? new PerceptionConfig(), Placement.Default);
        WeightInitialization.Draw(projector, new Generator(1));
        return projector;
    }

    public static TextProjector Text(AlignmentConfig config)
    {
        var projector = new TextProjector(config, Placement.Default);
        WeightInitialization.Draw(projector, new Generator(2));
        return projector;
    }

    public static Tensor Random(params long[] shape) => randn(shape, generator: new Generator((ulong)(100 + shape[^1])));

    public static Tensor Parameter(nn.Module module, string name) =>
        module.get_parameter(name) ?? throw new KeyNotFoundException(name);

    public static Tensor Features(long images = 2) => Random(images, Pixels, Config.FeatureWidth);

    public static Tensor ObjectQueries(long images = 2) => Random(images, Queries, Config.QueryWidth);

    /// <summary>A prior whose pixels belong to the queries given, image by image.</summary>
    public static PerceptionPrior Prior(params long[][] owners)
    {
        Tensor owner = stack(owners.Select(own => tensor(own))).unsqueeze(1); // (B, 1, h * w)
        return new PerceptionPrior(
            Random(owners.Length, Pixels, Config.QueryWidth),
            owner.ne(ScalarArithmetic.Arange(Queries, int64, null).reshape(1, -1, 1))
        );
    }

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(
            expected.allclose(actual, rtol: tolerance, atol: tolerance),
            $"differ by up to {expected.sub(actual).abs().max().item<float>()}"
        );
    }
}
