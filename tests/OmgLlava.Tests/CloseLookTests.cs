using OmgLlava.Imaging;

namespace OmgLlava.Tests;

/// <summary>Small things are looked at again from close by, where the model's configuration says so.</summary>
public class CloseLookTests(TinyModel tiny)
{
    [Theory]
    [InlineData(0, 0, 40, 30, 0, 0)] // at the corner
    [InlineData(600, 440, 640, 480, 560, 400)]
    [InlineData(300, 200, 340, 230, 280, 175)]
    public void The_square_around_a_thing_lies_in_the_picture(float x0, float y0, float x1, float y1, int x, int y)
    {
        var look = CloseLook.At(new PixelBox(x0, y0, x1, y1), new ImageGeometry(640, 480, 320), 2);
        Assert.Equal(new CloseLook(x, y, 80, 80), look);
    }

    [Fact]
    public void A_large_thing_has_been_seen_well()
    {
        Assert.Null(CloseLook.At(new PixelBox(0, 0, 300, 100), new ImageGeometry(640, 480, 320), 2));
        Assert.Equal(
            new CloseLook(0, 0, 400, 60), // a panorama is no higher than it is
            CloseLook.At(new PixelBox(0, 0, 200, 60), new ImageGeometry(2000, 60, 320), 2)
        );
    }

    [Fact]
    public void Masks_come_back_to_their_place()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 50; trial++)
        {
            var geometry = new ImageGeometry(1 + random.Next(60), 1 + random.Next(60), 32);
            (int width, int height) = (1 + random.Next(geometry.Width), 1 + random.Next(geometry.Height));
            var look = new CloseLook(
                random.Next(geometry.Width - width + 1),
                random.Next(geometry.Height - height + 1),
                width,
                height
            );
            bool[] near = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(3) > 0)];
            Mask back = look.Back(new Mask(width, height, near), geometry);
            Assert.Equal((geometry.Width, geometry.Height), (back.Width, back.Height));
            Assert.Equal(near.Count(inside => inside), back.Area);
            bool[] far = [.. Enumerable.Range(0, geometry.Width * geometry.Height).Select(_ => random.Next(3) > 0)];
            var whole = new Mask(geometry.Width, geometry.Height, far);
            for (int i = 0; i < near.Length; i++)
            {
                Assert.Equal(near[i], back[look.X + (i % width), look.Y + (i / width)]);
            }

            if (look.Of(VisualPrompt.Region(whole)) is VisualPrompt.RegionPrompt(var part))
            {
                Assert.Equal(
                    Enumerable.Range(0, near.Length).Select(i => whole[look.X + (i % width), look.Y + (i / width)]),
                    part.Pixels.ToArray()
                );
            }
        }
    }

    [Fact]
    public void The_mask_of_a_small_thing_is_the_one_of_the_part_around_it()
    {
        using var folder = new TemporaryFolder();
        tiny.CopyTo(folder["close"]);
        string config = Path.Combine(folder["close"], "config.json");
        (OmgLlavaConfig.Load(config) with { CloseLook = 2 }).Save(config);
        using var model = OmgLlavaModel.Load(folder["close"]);
        using PerceivedImage seen = model.Perceive(TinyModel.Picture);
        VisualPrompt box = VisualPrompt.Box(60, 30, 90, 55);

        Segment found = model.Interactive(seen, [box], () => TinyModel.Picture)[0];
        using PerceivedImage near = model.Perceive(TinyModel.Picture.Part(45, 12, 60, 60));
        Segment expected = model.Interactive(near, [VisualPrompt.Box(15, 18, 45, 43)])[0];

        Assert.Equal(expected.Score, found.Score);
        Assert.Equal((150, 100), (found.Mask!.Width, found.Mask.Height));
        Assert.Equal(expected.Mask!.Pixels.ToArray(), Cut(found.Mask));
        Assert.Equal(expected.Mask.Area, found.Mask.Area);
        // Of a point the first look says how large its thing is.
        VisualPrompt point = VisualPrompt.Point(75, 40);
        Assert.Equal(One(tiny.Model, seen, point, null), One(model, seen, point, null));
        // Without the picture, with a large box, and of a model that does not ask for it: one look.
        Assert.NotEqual(found.Mask.ToRle().Runs, model.Interactive(seen, [box])[0].Mask?.ToRle().Runs);
        VisualPrompt large = VisualPrompt.Box(10, 10, 120, 90);
        Assert.Equal(One(tiny.Model, seen, large, null), One(model, seen, large, () => TinyModel.Picture));
        Assert.Equal(One(tiny.Model, seen, box, null), One(tiny.Model, seen, box, () => TinyModel.Picture));
        Assert.Throws<OmgLlavaException>(
            () => model.Interactive(seen, [VisualPrompt.Box(60, 30, 190, 55)], () => TinyModel.Picture)
        );

        static bool[] Cut(Mask mask) => [.. Enumerable.Range(0, 60 * 60).Select(i => mask[45 + (i % 60), 12 + (i / 60)])];

        static (float, string) One(
            OmgLlavaModel model,
            PerceivedImage seen,
            VisualPrompt prompt,
            Func<RgbImage>? picture
        ) => model.Interactive(seen, [prompt], picture)[0] is var one ? (one.Score, string.Join(' ', one.Mask!.ToRle().Runs))
            : default;
    }

    [Fact]
    public void The_mask_of_a_box_stays_in_it_where_the_model_asks_for_that()
    {
        using var folder = new TemporaryFolder();
        tiny.CopyTo(folder["kept"]);
        string config = Path.Combine(folder["kept"], "config.json");
        (OmgLlavaConfig.Load(config) with { BoxFit = true }).Save(config);
        using var model = OmgLlavaModel.Load(folder["kept"]);
        using PerceivedImage seen = model.Perceive(TinyModel.Picture);
        VisualPrompt[] prompts = [VisualPrompt.Box(60, 30, 90, 55), VisualPrompt.Point(75, 40)];
        IReadOnlyList<Segment> kept = model.Interactive(seen, prompts),
            free = tiny.Model.Interactive(seen, prompts);
        Mask whole = free[0].Mask!;
        Assert.True(whole.Area > kept[0].Mask!.Area);
        for (int i = 0; i < whole.Width * whole.Height; i++)
        {
            (int x, int y) = (i % whole.Width, i / whole.Width);
            Assert.Equal(whole[x, y] && x >= 60 && x < 90 && y >= 30 && y < 55, kept[0].Mask![x, y]);
        }

        Assert.Equal(free[1].Mask!.ToRle().Runs, kept[1].Mask!.ToRle().Runs); // a point has no sides
        Assert.Equal(free[0].Score, kept[0].Score);

        // With the picture at hand the mask follows its colours, too.
        Segment fitted = model.Interactive(seen, prompts[..1], () => TinyModel.Picture)[0];
        Assert.NotEqual(kept[0].Mask!.ToRle().Runs, fitted.Mask!.ToRle().Runs);
        Segment plain = tiny.Model.Interactive(seen, prompts[..1], () => TinyModel.Picture)[0];
        Assert.Equal(free[0].Mask!.ToRle().Runs, plain.Mask!.ToRle().Runs);
    }

    [Fact]
    public void Other_numbers_are_refused()
    {
        var config = OmgLlavaConfig.Load(Path.Combine(tiny.Directory, "config.json"));
        Assert.Null(config.CloseLook);
        Assert.Contains(
            "close_look (0.5) must be 1 to 8",
            Assert.Throws<OmgLlavaException>((config with { CloseLook = 0.5 }).Validate).Message,
            StringComparison.Ordinal
        );
    }
}
