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
            PhotoView view = PhotoView.Draw(12, 10, new Random(seed), whole: seed % 2 == 0) with { Gain = 1, Lift = 0 };
            (RgbImage seen, Mask inside) = (view.Of(photo), view.Of(mask));
            Assert.Equal(seen.Width * seen.Height, inside.Width * inside.Height);
            Assert.Equal(
                Enumerable.Range(0, inside.Pixels.Length).Select(i => inside.Pixels[i]),
                Enumerable.Range(0, inside.Pixels.Length).Select(i => seen.Pixels[3 * i] == 200)
            );
            Assert.True(seed % 2 == 1 || (seen.Width, seen.Height) == (12, 10));
        }
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
