using OmgLlava.Torch.Alignment;
using static OmgLlava.Tests.Alignment.SmallAlignment;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Alignment;

public class TokenPlacesTests
{
    [Fact]
    public void A_rectangle_has_its_own_box_and_stray_pixels_hardly_move_it()
    {
        Tensor logits = full([2, 64, 64], -1f);
        logits[TensorIndex.Colon, 16..32, 8..56] = 1;
        logits[1, 63, 63] = 1;
        Tensor boxes = TokenPlaces.OfMasks(logits);
        AssertClose(Box(0.5f, 0.375f, 0.75f, 0.25f), boxes[0], 1e-3);
        AssertClose(boxes[0], boxes[1], 0.02);
    }

    [Fact]
    public void A_mask_without_pixels_stands_everywhere() =>
        AssertClose(Box(0.5f, 0.5f, 1f, 1f), TokenPlaces.OfMasks(full([8, 8], -3f)), 0.01);

    [Fact]
    public void Pixel_tokens_stand_in_their_cells_row_by_row()
    {
        TokenPlaces places = TokenPlaces.Of(2, 4, zeros(1, 3, 8, 8));
        AssertClose(Box(0.125f, 0.25f, 0.25f, 0.5f), places.Pixels[0]);
        AssertClose(Box(0.875f, 0.25f, 0.25f, 0.5f), places.Pixels[3]);
        AssertClose(Box(0.375f, 0.75f, 0.25f, 0.5f), places.Pixels[5]);
        Assert.Equal([1, 3, 4], places.Objects.shape);
    }

    private static Tensor Box(params float[] box) => tensor(box);
}
