using OmgLlava.World;

namespace OmgLlava.Tests.World;

public class SceneRendererTests(TestArt art) : IClassFixture<TestArt>
{
    [Fact]
    public void A_scene_depends_on_its_seed_and_index_alone()
    {
        Scene first = art.Renderer(5).Render(7);
        SceneRenderer again = art.Renderer(5);
        Parallel.For(0, 12, i => again.Render(i));
        Scene second = again.Render(7);
        Assert.Equal(first.Picture.Pixels, second.Picture.Pixels);
        Assert.Equal(first.SegmentIds, second.SegmentIds);
        Assert.Equal(first.Things.Select(thing => thing.Drawing), second.Things.Select(thing => thing.Drawing));
        Assert.False(first.Picture.Pixels.SequenceEqual(again.Render(8).Picture.Pixels));
        Assert.False(first.Picture.Pixels.SequenceEqual(art.Renderer(6).Render(7).Picture.Pixels));
    }

    [Fact]
    public void Every_pixel_belongs_to_one_segment_and_masks_are_those_pixels()
    {
        SceneRenderer renderer = art.Renderer(1);
        for (int index = 0; index < 10; index++)
        {
            Scene scene = renderer.Render(index);
            var masks = scene
                .Things.Select(thing => (thing.Id, thing.Mask))
                .Concat(scene.Stuffs.Select(stuff => (stuff.Id, stuff.Mask)))
                .ToList();
            Assert.Equal(Enumerable.Range(1, masks.Count), masks.Select(mask => mask.Id));
            Assert.Equal(scene.SegmentIds.Count, masks.Sum(mask => mask.Mask.Area));
            foreach ((int id, OmgLlava.Imaging.Mask mask) in masks)
            {
                bool[] expected = [.. scene.SegmentIds.Select(other => other == id)];
                Assert.True(mask.Pixels.SequenceEqual(expected));
            }
        }
    }

    [Fact]
    public void Scenes_hold_as_many_things_as_allowed_and_show_each_well()
    {
        SceneRenderer renderer = art.Renderer(
            2,
            new WorldOptions
            {
                Size = 160,
                MinThings = 3,
                MaxThings = 5,
            }
        );
        Scene[] scenes = [.. Enumerable.Range(0, 30).Select(i => renderer.Render(i))];
        Assert.All(scenes, scene => Assert.InRange(scene.Things.Count, 3, 5));
        Assert.All(scenes.SelectMany(scene => scene.Things), thing => Assert.True(thing.Area >= 0.0011 * 160 * 120));
        Assert.Contains(scenes, scene => scene.Things.GroupBy(thing => thing.Category.Name).Any(group => group.Count() > 1));
        Assert.All(scenes, scene => Assert.Equal(160, Math.Max(scene.Picture.Width, scene.Picture.Height)));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.05, 0.01, 0.1)]
    [InlineData(0.6, 0.45, 0.75)]
    public void As_many_things_as_asked_for_stand_on_their_heads(double share, double fewest, double most)
    {
        SceneRenderer renderer = art.Renderer(
            3,
            new WorldOptions
            {
                Size = 96,
                UpsideDownShare = share,
                Categories = ["cat", "dog"],
            }
        );
        SceneThing[] things = [.. Enumerable.Range(0, 60).SelectMany(i => renderer.Render(i).Things)];
        Assert.InRange(things.Count(thing => thing.Condition == ThingCondition.UpsideDown) / (double)things.Length, fewest, most);
    }

    [Fact]
    public void A_thing_in_front_hides_what_is_behind_it()
    {
        Drawing red = art.Pack.Drawings.First(drawing => drawing.Category.Name == "apple");
        Drawing blue = art.Pack.Drawings.First(drawing => drawing.Category.Name == "bed");
        Sprite square = Solid(200, 20, 20);
        Sprite other = Solid(20, 20, 200);
        Backdrop backdrop = Backdrop.Draw(120, 100, WorldVocabulary.Default, SceneRandom.For(1, 1, 1));
        var composition = new Composition(backdrop);
        composition.Add(Layer(red, 40, 40, square));
        composition.Add(Layer(blue, 60, 50, other));
        Scene scene = composition.ToScene(0, WorldVocabulary.Default);

        Assert.Equal(40 * 40, scene.Things[1].Area);
        Assert.Equal((40 * 40) - (20 * 30), scene.Things[0].Area); // the squares share x 40..60 and y 30..60
        Assert.Equal(20 * 30, scene.HiddenPixels(scene.Things[0], scene.Things[1]));
        Assert.Equal(0, scene.HiddenPixels(scene.Things[1], scene.Things[0]));
        for (int p = 0; p < scene.SegmentIds.Count; p++)
        {
            bool isRed = scene.Picture.Pixels[p * 3] > 150 && scene.Picture.Pixels[(p * 3) + 2] < 60;
            bool isBlue = scene.Picture.Pixels[p * 3] < 60 && scene.Picture.Pixels[(p * 3) + 2] > 150;
            Assert.True(
                (
                    isRed ? 1
                    : isBlue ? 2
                    : 0
                ) == (scene.SegmentIds[p] <= 2 ? scene.SegmentIds[p] : 0),
                $"pixel {p} of segment {scene.SegmentIds[p]}"
            );
        }
    }

    [Fact]
    public void A_thing_that_is_hidden_too_much_is_found()
    {
        Drawing drawing = art.Pack.Drawings[0];
        var composition = new Composition(Backdrop.Draw(120, 100, WorldVocabulary.Default, SceneRandom.For(1, 1, 1)));
        composition.Add(Layer(drawing, 40, 40, Solid(200, 20, 20)));
        Assert.Equal(-1, composition.HiddenMost());
        composition.Add(Layer(drawing, 44, 40, Solid(20, 20, 200)));
        Assert.Equal(0, composition.HiddenMost());
    }

    [Fact]
    public void Stuff_that_is_covered_completely_is_not_in_the_scene()
    {
        Backdrop backdrop = Enumerable
            .Range(0, 100)
            .Select(i => Backdrop.Draw(120, 100, WorldVocabulary.Default, SceneRandom.For(1, i, 1)))
            .First(each => each.Stuffs.Count > 2);
        var composition = new Composition(backdrop);
        for (int y = 20; y < 120; y += 40)
        {
            for (int x = 20; x < 140; x += 40)
            {
                composition.Add(Layer(art.Pack.Drawings[0], x, y, Solid(200, 20, 20)));
            }
        }

        Scene covered = composition.ToScene(0, WorldVocabulary.Default);
        Assert.Empty(covered.Stuffs);
        Assert.Equal(9, covered.Things.Count);
    }

    private static ThingLayer Layer(Drawing drawing, double x, double y, Sprite sprite) =>
        ThingLayer.Draw(
            new ThingPlan(drawing, Color: -1, x, y, Scale: 1, Rotation: 0, Mirrored: false, ThingCondition.Usual, Shadow: false)
            {
                Foot = y + 20,
                Box = (x - 20, y - 20, x + 20, y + 20),
            },
            sprite,
            120,
            100,
            light: 1,
            new SceneRandom(1)
        );

    private static Sprite Solid(byte r, byte g, byte b) =>
        new(40, 40, [.. Enumerable.Repeat((byte[])[r, g, b, 255], 1600).SelectMany(pixel => pixel)]);
}
