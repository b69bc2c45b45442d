using OmgLlava.Imaging;
using OmgLlava.Training.Samples;

namespace OmgLlava.Tests.Training.Samples;

public class MixedScenesTests
{
    [Fact]
    public void Sources_come_by_turns_with_their_shares_and_classes_of_one_name_are_one()
    {
        var drawn = new Source(["cat", "sky"], things: 1, complete: null);
        var photos = new Source(["dog", "cat"], things: 2, complete: [0]);
        var mixed = new MixedScenes([(drawn, 3), (photos, 2)]);
        Assert.Equal(["cat", "dog", "sky"], mixed.ClassNames);
        Assert.Equal(2, mixed.Things);

        TrainingScene[] scenes = [.. Enumerable.Range(0, 50).Select(i => mixed.Scene(i))];
        Assert.Equal(30, scenes.Count(scene => scene.Complete is null));
        // each once, in order
        Assert.Equal(
            Enumerable.Range(0, 30).Select(i => $"cat {i}"),
            scenes.Where(scene => scene.Complete is null).Select(scene => scene.Id)
        );
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"dog {i}"),
            scenes.Where(scene => scene.Complete is not null).Select(scene => scene.Id)
        );
        Assert.Equal(
            [1, 0, SceneObject.UnknownClass],
            scenes.First(scene => scene.Complete is not null).Objects.Select(o => o.Class)
        );
        Assert.Equal(
            [0, 2, SceneObject.UnknownClass],
            scenes.First(scene => scene.Complete is null).Objects.Select(o => o.Class)
        );
        Assert.All(scenes.Where(scene => scene.Complete is not null), scene => Assert.Equal([1], scene.Complete!));
        // evenly
        Assert.All(
            Enumerable.Range(0, 10),
            i => Assert.InRange(scenes.Skip(5 * i).Take(5).Count(scene => scene.Complete is null), 3, 3)
        );
    }

    [Fact]
    public void A_view_shows_the_same_part_of_photograph_and_mask()
    {
        byte[] pixels =
        [
            .. Enumerable
                .Range(0, 12 * 10)
                .SelectMany(i => i % 12 is >= 3 and < 7 && i / 12 >= 4 ? (byte[])[200, 200, 200] : [50, 50, 50]),
        ];
        var photo = new RgbImage(12, 10, pixels);
        var mask = new Mask(12, 10, [.. Enumerable.Range(0, 120).Select(i => i % 12 is >= 3 and < 7 && i / 12 >= 4)]);
        for (int seed = 0; seed < 40; seed++)
        {
            PhotoView view = PhotoView.Draw(12, 10, new Random(seed), whole: seed % 2 == 0, []) with { Gain = 1, Lift = 0 };
            (RgbImage seen, Mask inside) = (view.Of(photo), view.Of(mask));
            Assert.Equal(seen.Width * seen.Height, inside.Width * inside.Height);
            Assert.Equal(
                Enumerable.Range(0, inside.Pixels.Length).Select(i => inside.Pixels[i]),
                Enumerable.Range(0, inside.Pixels.Length).Select(i => seen.Pixels[3 * i] == 200)
            );
            Assert.True(seed % 2 == 1 || (seen.Width, seen.Height) == (12, 10));
        }
    }

    [Fact]
    public void A_view_may_come_close_to_a_thing_and_holds_all_of_it()
    {
        var thing = new PixelBox(300, 200, 340, 260);
        PhotoView[] views = [.. Enumerable.Range(0, 200).Select(i => PhotoView.Draw(640, 480, new Random(i), false, [thing]))];
        PhotoView[] close = [.. views.Where(view => view.Width == view.Height && view.Width <= 240)];
        Assert.InRange(close.Length, 20, 70); // three in ten of those that are cut
        Assert.All(
            close,
            view =>
            {
                Assert.InRange(view.X, 0, (int)thing.X0);
                Assert.InRange(view.Y, 0, (int)thing.Y0);
                Assert.InRange(view.X + view.Width, (int)thing.X1, 640);
                Assert.InRange(view.Y + view.Height, (int)thing.Y1, 480);
            }
        );
        Assert.All(
            Enumerable.Range(0, 50),
            i => Assert.Equal((640, 480), Size(PhotoView.Draw(640, 480, new Random(i), true, [thing])))
        );
        Assert.All( // at the edge, and larger than the photograph is high
            Enumerable.Range(0, 50).Select(i => PhotoView.Draw(640, 480, new Random(i), false, [new(0, 0, 640, 470)])),
            view => Assert.True(view.X >= 0 && view.Y >= 0 && view.X + view.Width <= 640 && view.Y + view.Height <= 480)
        );

        static (int, int) Size(PhotoView view) => (view.Width, view.Height);
    }

    private sealed class Source(string[] names, int things, int[]? complete) : ISceneSource
    {
        public IReadOnlyList<string> ClassNames => names;

        public int Things => things;

        public IReadOnlyList<IReadOnlyList<string>> Words => [.. names.Select(name => (string[])[name])];

        public long Count => long.MaxValue;

        public TrainingScene Scene(long number) =>
            new(
                $"{names[0]} {number}",
                null,
                [.. ((int[])[0, 1, SceneObject.UnknownClass]).Select(c => new SceneObject(c, new Mask(1, 1, [true])))],
                () => []
            )
            {
                Complete = complete,
            };

        public (string Question, string Answer) Text(long number) => (names[0], "");
    }
}
