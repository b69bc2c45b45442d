using OmgLlava.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

/// <summary>The fast way to the perception prior against the plain one, which enlarges every mask to the whole image.</summary>
public class PerceptionPriorTests
{
    [Theory]
    [InlineData(PriorForm.Concatenation, 32, 32, 128, 128)]
    [InlineData(PriorForm.Concatenation, 16, 48, 64, 192)]
    [InlineData(PriorForm.Addition, 32, 16, 128, 64)]
    [InlineData(PriorForm.Concatenation, 20, 20, 128, 128)]
    public void Both_ways_give_the_same(PriorForm form, int maskHeight, int maskWidth, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(6);
        Tensor classes = randn([2, 7, 5], generator: random);
        Tensor masks = randn([2, 7, maskHeight, maskWidth], generator: random).mul(4);
        Tensor queries = randn([2, 7, 6], generator: random);
        (int Height, int Width) grid = (height / 64, width / 64);
        var fast = PerceptionPrior.Compute(classes, masks, queries, (height, width), grid, form);

        Tensor score = classes.softmax(-1).narrow(-1, 0, 4).amax([-1]);
        score = form == PriorForm.Concatenation ? score.mul(0.5).add(0.5) : score;
        Tensor large = nn.functional.interpolate(masks, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false).sigmoid();
        Tensor coarse = nn.functional.interpolate(large, size: [grid.Height, grid.Width], mode: InterpolationMode.Bilinear, align_corners: false);
        Tensor probability = coarse.flatten(2).mul(score.unsqueeze(-1)); // (B, Q, h * w)
        Tensor plain = probability.softmax(1).transpose(1, 2).matmul(queries);
        Assert.True(plain.allclose(fast.PixelQueries, 1e-5, 1e-5), $"differ by up to {plain.sub(fast.PixelQueries).abs().max().item<float>()}");
        Tensor owners = probability.argmax(1, keepdim: true).ne(arange(7).reshape(1, -1, 1));
        Assert.True(owners.eq(fast.Unassigned).all().item<bool>());
    }

    [Fact]
    public void An_input_that_is_no_multiple_of_64_is_refused()
    {
        var config = new PerceptionConfig
        {
            EncoderWidths = [8, 8, 8, 8],
            EncoderDepths = [1, 1, 1, 1],
            ClipHiddenWidth = 0,
            Channels = 32,
            Heads = 2,
            PixelDecoderLayers = 1,
            PixelDecoderFeedForward = 8,
            DecoderLayers = 1,
            DecoderFeedForward = 8,
            Queries = 3,
            ThingClasses = 2,
            StuffClasses = 1,
            ClassEmbeddingWidth = 4,
        };
        using var model = new PerceptionModel(config, Layers.Placement.Default);
        using Tensor pixels = zeros(1, 3, 64, 100);
        Assert.Contains("(1, 3, 64, 100)", Assert.Throws<OmgLlavaException>(() => model.Perceive(pixels)).Message, StringComparison.Ordinal);
    }
}
