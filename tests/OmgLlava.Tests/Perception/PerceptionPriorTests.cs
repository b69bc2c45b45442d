using OmgLlava.Perception;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

/// <summary>The fast way to the perception prior against the plain one, which enlarges every mask to the whole image.</summary>
public class PerceptionPriorTests
{
    [Theory]
    [InlineData(nameof(PriorForm.Concatenation), 32, 32, 128, 128)]
    [InlineData(nameof(PriorForm.Concatenation), 16, 48, 64, 192)]
    [InlineData(nameof(PriorForm.Addition), 32, 16, 128, 64)]
    [InlineData(nameof(PriorForm.Concatenation), 20, 20, 128, 128)]
    public void Both_ways_give_the_same(string kind, int maskHeight, int maskWidth, int height, int width)
    {
        PriorForm form = Enum.Parse<PriorForm>(kind);
        using var scope = NewDisposeScope();
        using var random = new Generator(6);
        Tensor classes = randn([2, 7, 5], generator: random);
        Tensor masks = randn([2, 7, maskHeight, maskWidth], generator: random).Mul(4);
        Tensor queries = randn([2, 7, 6], generator: random);
        (int Height, int Width) grid = (height / 64, width / 64);
        var fast = PerceptionPrior.Compute(classes, masks, queries, (height, width), grid, form);

        Tensor score = classes.softmax(-1).narrow(-1, 0, 4).amax([-1]);
        score = form == PriorForm.Concatenation ? score.Mul(0.5).Add(0.5) : score;
        Tensor large = nn
            .functional.interpolate(masks, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false)
            .sigmoid();
        Tensor coarse = nn.functional.interpolate(
            large,
            size: [grid.Height, grid.Width],
            mode: InterpolationMode.Bilinear,
            align_corners: false
        );
        Tensor probability = coarse.flatten(2).mul(score.unsqueeze(-1)); // (B, Q, h * w)
        Tensor plain = probability.softmax(1).transpose(1, 2).matmul(queries);
        Assert.True(
            plain.allclose(fast.PixelQueries, 1e-5, 1e-5),
            $"differ by up to {plain.sub(fast.PixelQueries).abs().max().item<float>()}"
        );
        Tensor owners = probability.argmax(1, keepdim: true).ne(ScalarArithmetic.Arange(7, int64, null).reshape(1, -1, 1));
        Assert.True(owners.eq(fast.Unassigned).all().item<bool>());
    }

    /// <summary>The pixel queries stay those of the coarse grid; an object smaller than its cells counts as soon as the grid is
    /// fine enough.</summary>
    [Fact]
    public void A_finer_grid_keeps_small_objects()
    {
        using var scope = NewDisposeScope();
        Tensor masks = ScalarArithmetic.Full([1, 2, 32, 32], -8, float32, null);
        masks[0, 0].fill_(4);
        masks.narrow(1, 1, 1).narrow(2, 9, 3).narrow(3, 9, 3).fill_(8); // 12 pixels wide, between the middles of cells of 64
        Tensor classes = zeros(1, 2, 3);
        Tensor queries = eye(2).unsqueeze(0);
        PerceptionPrior coarse = Compute(null);
        PerceptionPrior fine = Compute((16, 16));
        Assert.Equal([1, 2, 4], coarse.Unassigned.shape);
        Assert.Equal([1, 2, 256], fine.Unassigned.shape);
        Assert.Equal([true, false], Valid(coarse));
        Assert.Equal([true, true], Valid(fine));
        Assert.True(coarse.PixelQueries.equal(fine.PixelQueries).all().item<bool>());

        PerceptionPrior Compute((int, int)? objectGrid) =>
            PerceptionPrior.Compute(classes, masks, queries, (128, 128), (2, 2), PriorForm.Concatenation, objectGrid);

        static bool[] Valid(PerceptionPrior prior) => [.. prior.Unassigned.logical_not().any(dim: 2)[0].data<bool>()];
    }

    /// <summary>Three queries of one thing, a part of it, another thing beside it, and a query of nothing.</summary>
    [Fact]
    public void Of_queries_with_one_mask_the_most_probable_has_a_token()
    {
        using var scope = NewDisposeScope();
        (int First, int Count)[] columns = [(0, 16), (0, 12), (0, 16), (0, 6), (16, 16), (0, 0)];
        Tensor masks = ScalarArithmetic.Full([1, 6, 32, 32], -4, float32, null);
        foreach ((int query, (int first, int count)) in columns.Index())
        {
            masks[0, query].narrow(1, first, count).fill_(4 + query); // so that each owns a cell if those before it do not
        }

        Tensor classes = zeros(1, 6, 3);
        classes[0, 1, 0].fill_(2);
        classes[0, 3, 0].fill_(2);
        Assert.Equal([false, true, false, true, true, false], Valid(distinct: true));
        Assert.True(Valid(distinct: false)[2]);
        classes[0, 1, 0].fill_(0); // all are as probable: the first
        Assert.Equal([true, false, false, true, true, false], Valid(distinct: true));

        bool[] Valid(bool distinct) =>
            [
                .. PerceptionPrior
                    .Compute(classes, masks, zeros(1, 6, 2), (128, 128), (8, 8), PriorForm.Concatenation, null, distinct)
                    .Unassigned.logical_not()
                    .any(dim: 2)[0]
                    .data<bool>(),
            ];
    }

    [Fact]
    public void An_input_that_is_no_multiple_of_64_is_refused()
    {
        using var model = new PerceptionModel(Small, Placement.Default);
        using Tensor pixels = zeros(1, 3, 64, 100);
        Assert.Contains(
            "(1, 3, 64, 100)",
            Assert.Throws<OmgLlavaException>(() => model.Perceive(pixels)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, 6, 10)]
    [InlineData(2, 3, 5)]
    public void The_pixel_shuffle_ratio_says_how_many_cells_there_are(int ratio, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var model = new PerceptionModel(Small with { PixelShuffleRatio = ratio }, Placement.Default);
        using var random = new Generator(3);
        foreach (Tensor parameter in model.parameters())
        {
            using var noGradient = no_grad();
            parameter.copy_(randn(parameter.shape, generator: random));
        }

        using TorchPerception perception = model.Perceive(randn([1, 3, 192, 320], generator: random));
        Assert.Equal([1, rows * columns, 8 * ratio * ratio], perception.PixelFeatures.shape);
        Assert.Equal([1, rows * columns, 64], perception.Prior.PixelQueries.shape);
    }

    internal static PerceptionConfig Small { get; } =
        new()
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
}
