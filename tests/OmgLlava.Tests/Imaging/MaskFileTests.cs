using OmgLlava.Imaging;
using OmgLlava.Json;
using SkiaSharp;

namespace OmgLlava.Tests.Imaging;

/// <summary>A mask file means one thing, or is refused.</summary>
public sealed class MaskFileTests : IDisposable
{
    private const string Counts = """{"size": [2, 2], "counts": [0, 2, 2]}""";

    private static readonly bool[] LeftColumn = [true, false, true, false];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(new[] { 255, 0, 255, 0 })]
    [InlineData(new[] { 1, 0, 1, 0 })]
    [InlineData(new[] { 200, 40, 200, 40 })]
    public void Of_two_values_the_greater_is_inside(int[] levels) => Assert.Equal(LeftColumn, Load(Grey(levels)));

    [Fact]
    public void Soft_edges_are_cut_at_one_half()
    {
        int[] levels = [.. Enumerable.Repeat(255, 8), 140, 90, .. Enumerable.Repeat(0, 6)];
        Assert.Equal(9, Load(Grey(levels, 4, 4)).Count(inside => inside));
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 60, 120, 180, 240 })]
    [InlineData(new[] { 0, 100, 130, 140 })]
    public void Pictures_and_label_maps_are_no_masks(int[] levels) =>
        Assert.Contains(
            "0 outside and 255 inside",
            Assert.Throws<OmgLlavaException>(() => Load(Grey(levels))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Alpha_is_the_mask_where_it_varies()
    {
        Assert.Equal(LeftColumn, Load(Alpha([255, 0, 255, 0], [255, 255, 255, 255])));
        Assert.Equal(LeftColumn, Load(Alpha([255, 0, 255, 0], [70, 0, 90, 0])));
        Assert.Equal(LeftColumn, Load(Alpha([255, 255, 255, 255], [255, 0, 255, 0])));
        Assert.Contains(
            "two masks",
            Assert.Throws<OmgLlavaException>(() => Load(Alpha([255, 0, 255, 0], [255, 255, 0, 0]))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(Counts)]
    [InlineData($$"""{"text": "It.", "grounding": [{"phrase": "it", "mask": {{Counts}}}]}""")]
    [InlineData($$"""{"id": 3, "segmentation": {{Counts}}, "bbox": [0, 0, 1, 2]}""")]
    [InlineData("""{"segmentation": [[0, 0, 1, 0, 1, 2, 0, 2]]}""")]
    public void Answers_and_coco_records_hold_masks(string json)
    {
        string path = _folder.Write("m.json", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(LeftColumn, MaskFile.Load(path, (2, 2)).Pixels.ToArray());
    }

    [Fact]
    public void Of_several_masks_one_is_named_by_its_number()
    {
        string json =
            """{"grounding": [{"phrase": "cat", "mask": {"size": [2, 2], "counts": [4]}}, {"phrase": "dog", "mask": """
            + Counts
            + "}]}";
        string path = _folder.Write("m.json", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(LeftColumn, MaskFile.Load($"{path}#2").Pixels.ToArray());
        Assert.Contains(
            "m.json#2 (dog)",
            Assert.Throws<OmgLlavaException>(() => MaskFile.Load(path)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no mask 3",
            Assert.Throws<OmgLlavaException>(() => MaskFile.Load($"{path}#3")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "names no mask",
            Assert.Throws<OmgLlavaException>(() => MaskFile.Load($"{path}#x")).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private bool[] Load(byte[] png) => MaskFile.Load(_folder.Write("mask.png", png)).Pixels.ToArray();

    private static byte[] Grey(int[] levels, int width = 2, int height = 2) =>
        ImageFile.EncodePng(new RgbImage(width, height, [.. levels.SelectMany(level => Enumerable.Repeat((byte)level, 3))]));

    private static byte[] Alpha(byte[] alpha, byte[] levels)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 2, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int i = 0; i < 4; i++)
        {
            bitmap.SetPixel(i % 2, i / 2, new SKColor(levels[i], levels[i], levels[i], alpha[i]));
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
