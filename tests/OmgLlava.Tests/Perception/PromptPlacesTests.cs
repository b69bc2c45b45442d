using OmgLlava.Perception;
using OmgLlava.Torch.Perception;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Perception;

public class PromptPlacesTests
{
    private const int Side = 64;

    private static readonly PerceptionConfig Config = PerceptionPriorTests.Small with
    {
        PixelShuffleRatio = 1,
        Places = true,
    };

    /// <summary>Two boxes about the same middle are the same query as published; here each knows its size.</summary>
    [Fact]
    public void A_box_knows_its_size()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor centers = tensor(
            new float[,]
            {
                { 32, 32 },
                { 32, 32 },
            }
        );
        Tensor boxes = tensor(
            new float[,]
            {
                { 0.25f, 0.25f, 0.75f, 0.75f },
                { 0.4f, 0.4f, 0.6f, 0.6f },
            }
        );
        foreach (bool places in (bool[])[false, true])
        {
            using PerceptionModel model = DrawnPerception.Of(Config with { Places = places });
            (Tensor content, Tensor position) = model.Prompts.Encode(centers, (Side, Side), boxes);
            Assert.Equal(!places, content[0].equal(content[1]).all().item<bool>());
            Assert.True(position[0].equal(position[1]).all().item<bool>());
        }
    }

    /// <summary>A point may mean all around it: the same as a box of the whole picture about another point.</summary>
    [Fact]
    public void A_point_has_a_place_and_no_size()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using PerceptionModel model = DrawnPerception.Of(Config);
        Tensor points = tensor(
            new float[,]
            {
                { 10, 20 },
                { 50, 40 },
            }
        );
        Tensor everything = tensor(new float[] { 0, 0, 1, 1 }).expand(2, 4);
        (Tensor bare, _) = model.Prompts.Encode(points, (Side, Side));
        (Tensor boxed, _) = model.Prompts.Encode(points, (Side, Side), everything);
        Assert.True(bare.equal(boxed).all().item<bool>());
        Assert.False(bare[0].equal(bare[1]).all().item<bool>());
    }

    [Fact]
    public void Regions_are_bounded_by_their_outermost_cells()
    {
        using var scope = NewDisposeScope();
        Tensor regions = zeros(3, 4, 10);
        regions[0, 1, 2] = 1;
        regions[0, 2, 6] = 1;
        regions[1].fill_(1);
        Tensor expected = tensor(
            new float[,]
            {
                { 0.2f, 0.25f, 0.7f, 0.75f },
                { 0, 0, 1, 1 },
                { 0, 0, 1, 1 },
            }
        );
        Assert.True(PerceptionModel.Bounds(regions).sub(expected).abs().max().item<float>() < 1e-6);
    }
}
