using OmgLlava.Engine;
using OmgLlava.Formats;
using OmgLlava.Imaging;
using OmgLlava.Perception;
using OmgLlava.Torch;
using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;

namespace OmgLlava.Tests;

/// <summary>Plain segmentation of the front door; its numbers are compared in the golden cases.</summary>
public class SegmentationTests(TinyModel tiny)
{
    [Fact]
    public void Panoptic_segments_share_no_pixel_and_have_the_picture_s_size()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        SegmentationResult result = tiny.Model.Panoptic(
            image,
            new SegmentationOptions { ObjectThreshold = 0, OverlapThreshold = 0 }
        );
        Assert.NotEmpty(result.Objects);
        int[] owners = new int[150 * 100];
        foreach (SegmentedObject segment in result.Objects)
        {
            Assert.Equal((150, 100), (segment.Mask.Width, segment.Mask.Height));
            Assert.Equal(segment.Class < 7, segment.IsThing);
            for (int i = 0; i < owners.Length; i++)
            {
                owners[i] += segment.Mask.Pixels[i] ? 1 : 0;
            }
        }

        Assert.True(owners.Max() == 1);
        Assert.Empty(tiny.Model.Panoptic(image, new SegmentationOptions { ObjectThreshold = 1 }).Objects);
    }

    [Fact]
    public void A_thing_that_was_found_twice_does_not_compete_with_itself()
    {
        const int Side = 16;
        using var masks = Tensor.Zeros(3, Side, Side);
        using Tensor classes = Tensor.Of([5, 0, 0, 4.5f, 0, 0, 0, 5, 0], 3, 3); // two classes, then void
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                masks.Part(0, 1).Span[(y * Side) + x] = x >= 8 ? -4 : x < 4 ? 3 : 0.5f; // the same thing,
                masks.Part(1, 1).Span[(y * Side) + x] = x >= 8 ? -4 : x < 4 ? 0.5f : 3; // each of half of it surer
                masks.Part(2, 1).Span[(y * Side) + x] = x >= 9 ? 4 : -4;
            }
        }

        ImageGeometry geometry = new ImageTransform { Size = 64 }.Geometry(64, 64);
        SegmentationOptions published = new();
        Assert.Equal(1, Count(published)); // neither keeps enough of it
        Assert.Equal(2, Count(published with { Distinct = true }));
        Assert.Equal(3, Instances(published));
        Assert.Equal(2, Instances(published with { Distinct = true }));

        int Count(SegmentationOptions options) => PanopticFusion.Panoptic(classes, masks, 2, geometry, options).Count;

        int Instances(SegmentationOptions options) =>
            PanopticFusion.Instances(classes, masks, 2, geometry, options with { InstanceThreshold = 0.5f }).Count;
    }

    [Fact]
    public void A_model_brings_its_own_thresholds_and_refuses_those_that_make_no_sense()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "config.json");
        var own = new SegmentationOptions { ObjectThreshold = 0.6f, Distinct = true };
        (tiny.Model.Config with { Segmentation = own }).Save(path);
        Assert.Equal(own, OmgLlavaConfig.Load(path).Segmentation);
        (tiny.Model.Config with { Segmentation = own with { ObjectThreshold = 1.5f } }).Save(path);
        Assert.Contains("0..1", Assert.Throws<OmgLlavaException>(() => OmgLlavaConfig.Load(path)).Message);
        Assert.Equal(new SegmentationOptions(), new OmgLlavaConfig().Segmentation);
    }

    [Fact]
    public void Instances_are_things_from_the_surest_on()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        SegmentationResult result = tiny.Model.Instances(image, new SegmentationOptions { MaxInstances = 5 });
        Assert.InRange(result.Objects.Count, 1, 5);
        Assert.All(result.Objects, segment => Assert.True(segment.IsThing));
        Assert.Equal(
            result.Objects.Select(segment => segment.Score).OrderDescending(),
            result.Objects.Select(segment => segment.Score)
        );
    }

    [Fact]
    public void Semantic_segmentation_names_a_class_for_every_pixel()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        SemanticResult result = tiny.Model.Semantic(image);
        Assert.Equal(150 * 100, result.Classes.Count);
        Assert.All(result.Classes.Distinct(), index => Assert.InRange(index, 0, result.ClassNames.Count - 1));
    }

    [Fact]
    public void Interactive_segmentation_gives_a_mask_and_a_score_for_each_prompt()
    {
        using PerceivedImage image = tiny.Model.Perceive(TinyModel.Picture);
        VisualPrompt[] prompts =
        [
            VisualPrompt.Point(20, 20),
            VisualPrompt.Box(10, 10, 90, 60),
            VisualPrompt.Region(new Mask(150, 100, [.. Enumerable.Range(0, 15000).Select(i => i > 9000)])),
        ];
        IReadOnlyList<Segment> segments = tiny.Model.Interactive(image, prompts);
        Assert.Equal(3, segments.Count);
        Assert.All(segments, segment => Assert.InRange(segment.Score, 0, 1));
        Assert.Throws<OmgLlavaException>(() => tiny.Model.Interactive(image, [VisualPrompt.Point(500, 0)]));
    }

    [Fact]
    public void Pictures_seen_together_are_seen_as_alone()
    {
        RgbImage wide = TinyModel.Picture;
        var tall = new RgbImage(40, 90, [.. Enumerable.Range(0, 40 * 90 * 3).Select(i => (byte)(i * 7 % 251))]);
        IReadOnlyList<PerceivedImage> together = tiny.Model.Perceive([wide, tall]);
        foreach ((RgbImage picture, PerceivedImage seen) in ((RgbImage[])[wide, tall]).Zip(together))
        {
            using PerceivedImage alone = tiny.Model.Perceive(picture);
            Assert.True(alone.Seen.Tokens.ToTorch().allclose(seen.Seen.Tokens.ToTorch(), 1e-4, 1e-4));
            Assert.True(alone.Seen.MaskLogits.ToTorch().allclose(seen.Seen.MaskLogits.ToTorch(), 1e-3, 1e-3));
            seen.Dispose();
        }
    }

    [Fact]
    public void Perception_in_bfloat16_finds_the_same_objects()
    {
        using OmgLlavaModel half = OmgLlavaModel.Load(
            tiny.Directory,
            new LoadOptions { VisionType = ElementType.BFloat16 }
        );
        using PerceivedImage exact = tiny.Model.Perceive(TinyModel.Picture);
        using PerceivedImage rough = half.Perceive(TinyModel.Picture);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var a = exact.Seen.MaskLogits.ToTorch().Gt(0);
        var b = rough.Seen.MaskLogits.ToTorch().Gt(0);
        float agree = a.eq(b).to(TorchSharp.torch.ScalarType.Float32).mean().item<float>();
        Assert.True(agree > 0.9f, $"only {agree:P1} of the mask pixels agree");
    }
}
