using OmgLlava.Alignment;
using OmgLlava.Torch.Alignment;
using static OmgLlava.Tests.Alignment.SmallAlignment;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Alignment;

public class RegionCellsTests
{
    /// <summary>4 x 4 pixels in 2 x 2 cells: three of the upper left cell, one of the lower right.</summary>
    private static Tensor ThreeAndOne()
    {
        Tensor logits = full([1, 4, 4], -2f);
        foreach ((int y, int x) in (ReadOnlySpan<(int, int)>)[(0, 0), (0, 1), (1, 0), (3, 3)])
        {
            logits[0, y, x] = 2f;
        }

        return logits;
    }

    [Fact]
    public void Cells_count_by_what_the_mask_covers_of_them()
    {
        Tensor shares = Shares(RegionTokenForm.MaskPooling, ThreeAndOne());
        AssertClose(tensor(new[,] { { 0.75f, 0, 0, 0.25f } }), shares);
    }

    [Fact]
    public void Cells_count_by_what_the_box_covers_of_them()
    {
        // a box (cx, cy, w, h) of the left half of the upper cells and a quarter of their height into the lower ones
        Tensor box = tensor(new[,] { { 0.25f, 0.3125f, 0.5f, 0.625f } });
        Tensor shares = RegionCells.Of(RegionTokenForm.BoxPooling, ThreeAndOne(), box, (2, 2))!;
        AssertClose(tensor(new[,] { { 0.8f, 0, 0.2f, 0 } }), shares);
    }

    [Theory]
    [InlineData(nameof(RegionTokenForm.MaskPooling))]
    [InlineData(nameof(RegionTokenForm.BoxPooling))]
    public void All_cells_count_alike_in_a_mask_without_pixels(string form)
    {
        Tensor shares = Shares(Enum.Parse<RegionTokenForm>(form), full([1, 4, 4], -1f));
        AssertClose(full([1, 4], 0.25f), shares, 1e-4);
    }

    [Fact]
    public void Pooled_prompts_are_means_of_their_own_pictures_pixel_tokens()
    {
        using VisualProjector projector = Visual(Config with { RegionTokens = RegionTokenForm.MaskPooling });
        VisualTokens tokens = projector.ProjectImages(
            Features(),
            Prior([4, 1, 1, 4], [0, 2, 3, 3]),
            ObjectQueries()
        );
        Tensor prompts = Random(2, Config.QueryWidth);
        Tensor cells = tensor(new[,] { { 0.5f, 0.5f, 0, 0 }, { 0, 0, 0.25f, 0.75f } });
        Tensor pooled = projector.ProjectPrompts(prompts, tensor([1L, 0L]), tokens, places: null, cells);
        AssertClose(tokens.Pixels[1, ..2].mean([0L]), pooled[0]);
        AssertClose(tokens.Pixels[0, 2].mul(0.25f).add(tokens.Pixels[0, 3].mul(0.75f)), pooled[1]);
        Assert.Throws<ArgumentNullException>(() => projector.ProjectPrompts(prompts, tensor([1L, 0L]), tokens));
    }

    private static Tensor Shares(RegionTokenForm form, Tensor logits) =>
        RegionCells.Of(form, logits, TokenPlaces.OfMasks(logits), (2, 2))!;
}
