using OmgLlava.Data;
using OmgLlava.Imaging;
using OmgLlava.Language;
using OmgLlava.Tests.Language;
using OmgLlava.Training;
using OmgLlava.Training.Samples;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Training.Samples;

/// <summary>A large thing with a small one on it, and a third beside them.</summary>
public class LabelledBatchTests
{
    private const int Side = 32;
    private const int Large = 0;
    private const int Small = 1;
    private const int Beside = 2;

    private static readonly SceneObject[] Things =
    [
        new(7, Rectangle(0, 0, 16, 32)),
        new(SceneObject.UnknownClass, Rectangle(4, 4, 8, 8)),
        new(5, Rectangle(20, 20, 28, 28)),
    ];

    private readonly Tokenizer _tokenizer = SmallLanguage.Tokenizer();

    [Fact]
    public void A_prompt_points_at_the_smallest_thing_under_it_or_the_one_most_like_it()
    {
        LabelledPictures pictures = Of(
            Sample(VisualPrompt.Point(5, 5), VisualPrompt.Point(12, 30), VisualPrompt.Box(18, 18, 30, 29)),
            Sample(VisualPrompt.Region(Rectangle(4, 4, 9, 9)), VisualPrompt.Point(27, 27), VisualPrompt.Box(1, 1, 16, 30))
        );
        int second = Things.Length;
        Assert.Equal([Small, Large, second + Beside], pictures.Points);
        Assert.Equal([Beside, second + Small, second + Large], pictures.Areas);
        Assert.Equal([0, 0, 0, 1, 1, 1], pictures.Owners);
        Assert.Equal([.. Things.Concat(Things).Select(thing => thing.Class)], pictures.Classes);
        Assert.Equal(2, pictures.Count);
    }

    [Fact]
    public void Masks_lie_as_perception_gives_them_at_half_of_the_input()
    {
        using var scope = NewDisposeScope();
        LabelledPictures pictures = Of(Sample(VisualPrompt.Point(1, 1)));
        Assert.Equal([Things.Length, Side / 2, Side / 2], pictures.Objects.shape);
        Assert.Equal(
            Things.Select(thing => thing.Mask.Area / 4f),
            pictures.Objects.sum([1L, 2L]).data<float>().ToArray()
        );
    }

    /// <summary>Half of the large thing is red; what lies beside it counts for the others alone.</summary>
    [Fact]
    public void Things_have_the_shares_of_their_pixels_colors()
    {
        using var scope = NewDisposeScope();
        byte[] pixels = [.. Enumerable.Range(0, Side * Side).SelectMany(i => (byte[])(i % Side < 8 ? [210, 20, 20] : [0, 0, 0]))];
        LabelledPictures pictures = Of(Sample([VisualPrompt.Point(1, 1)], pixels));
        (int red, int black) = (0, 8);
        Assert.Equal(0.5, pictures.Colors[Large, red].item<float>(), 1e-4);
        Assert.Equal(1, pictures.Colors[Small, red].item<float>(), 1e-4);
        Assert.Equal(1, pictures.Colors[Beside, black].item<float>(), 1e-4);
        Assert.Equal(Things.Length, pictures.Colors.sum().item<float>(), 1e-3);
    }

    private static LabelledPictures Of(params ConversationSample[] samples) =>
        LabelledBatch.Of(samples, new ImageTransform { Size = Side }, CPU);

    private ConversationSample Sample(params VisualPrompt[] prompts) => Sample(prompts, new byte[3 * Side * Side]);

    private ConversationSample Sample(VisualPrompt[] prompts, byte[] pixels) =>
        ConversationSample.Create(
            new TrainingScene("scene", new RgbImage(Side, Side, pixels), Things, () => []),
            [new ConversationTurn(string.Join(' ', prompts.Select(prompt => prompt.Placeholder)), "These.", prompts, [])],
            new ChatTemplate(),
            _tokenizer,
            maxTokens: 256
        );

    private static Mask Rectangle(int x0, int y0, int x1, int y1) =>
        new(
            Side,
            Side,
            [.. Enumerable.Range(0, Side * Side).Select(i => i % Side >= x0 && i % Side < x1 && i / Side >= y0 && i / Side < y1)]
        );
}
