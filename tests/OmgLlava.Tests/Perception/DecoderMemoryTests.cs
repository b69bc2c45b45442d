using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

public class DecoderMemoryTests
{
    /// <summary>The decoder asks where a mask is on each level; it multiplies reduced features instead of reducing every
    /// mask.</summary>
    [Theory]
    [InlineData(32, 32, false)]
    [InlineData(20, 28, false)]
    [InlineData(20, 28, true)]
    public void Masks_of_reduced_features_are_reduced_masks(int height, int width, bool withPlaces)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(3);
        const int Channels = 8;
        Tensor features = randn([2, Channels, height, width], generator: random);
        Tensor[] memories =
        [
            .. ((int[])[8, 4, 2]).Select(ratio => randn([2, Channels, height / ratio, width / ratio], generator: random)),
        ];
        Linear? places = withPlaces ? new Linear(DecoderMemory.PlaceChannels, Channels, Placement.Default) : null;
        var memory = DecoderMemory.Create(new PixelFeatures(features, memories), zeros(3, Channels), places);
        Tensor embedding = randn([2, 5, memory.MaskFeatures.shape[1]], generator: random);
        Tensor masks = embedding.matmul(memory.MaskFeatures.flatten(2)).unflatten(2, height, width); // (2, 5, height, width)
        foreach ((Tensor level, (long Height, long Width) size) in memory.LevelMaskFeatures.Zip(memory.Sizes))
        {
            Tensor plain = nn.functional.interpolate(
                masks,
                size: [size.Height, size.Width],
                mode: InterpolationMode.Bilinear,
                align_corners: false
            );
            Assert.True(plain.flatten(2).sub(embedding.matmul(level)).abs().max().item<float>() < 1e-5);
        }
    }
}
