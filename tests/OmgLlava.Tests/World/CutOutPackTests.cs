using OmgLlava.Data.Photos;
using OmgLlava.Imaging;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

public class CutOutPackTests
{
    private const int Side = 100;

    [Fact]
    public void Whole_things_become_drawings_with_soft_edges_and_scenes_show_them()
    {
        using var folder = new TemporaryFolder();
        string path = folder["photo.png"];
        ImageFile.SavePng(
            new RgbImage(
                Side,
                Side,
                [.. Enumerable.Range(0, Side * Side).SelectMany(i => Inside(i, 20, 60) ? (byte[])[200, 30, 40] : [10, 220, 30])]
            ),
            path
        );
        var photos = new Photos(
            path,
            [
                new PhotoObject("person", Square(20, 60)), // of no built-in category
                new PhotoObject("cat", Square(20, 60)),
                new PhotoObject("dog", Square(0, 60)), // cut off by the edge
                new PhotoObject("cow", Square(20, 40)), // too small
                new PhotoObject(null, Square(20, 60)),
                new PhotoObject("horse", null),
                new PhotoObject("sky", Square(20, 60)), // stuff
            ]
        );
        Assert.Equal(2, CutOutPackBuilder.Build(photos, folder["pack"], "cuts", "mine"));

        ArtPack pack = ArtPack.Load(folder["pack"]);
        Assert.Equal(["person", "cat"], pack.Drawings.Select(drawing => drawing.Category.Name));
        Assert.Equal(["person"], pack.OwnCategories.Select(category => category.Name));
        Sprite sprite = Sprite.Load(Path.Combine(folder["pack"], pack.Drawings[1].File));
        Assert.InRange(sprite.Width, 38, 40);
        for (int i = 0; i < sprite.Width * sprite.Height; i++)
        {
            Assert.True(sprite.Pixels[(4 * i) + 1] <= 40, "nothing of the ground comes along");
        }

        Assert.Equal(255, sprite.Pixels[(4 * ((sprite.Height / 2 * sprite.Width) + (sprite.Width / 2))) + 3]);
        Assert.InRange(sprite.Pixels[(4 * (sprite.Height / 2 * sprite.Width)) + 3], (byte)16, (byte)240); // at the edge
        Scene scene = new SceneRenderer([pack], seed: 3).Render(0);
        Assert.All(scene.Things, thing => Assert.Contains(thing.Category.Name, (string[])["person", "cat"]));
        Assert.NotEmpty(scene.Things);
        Assert.Equal(
            1,
            CutOutPackBuilder.Build(new Photos(path, [photos.Objects[1], photos.Objects[1]]), folder["one"], "one", "", most: 1)
        );
    }

    [Fact]
    public void Photographs_without_whole_things_and_with_other_sizes_are_named()
    {
        using var folder = new TemporaryFolder();
        string path = folder["photo.png"];
        ImageFile.SavePng(new RgbImage(Side, Side / 2, new byte[3 * Side * Side / 2]), path);
        Assert.Contains(
            "no whole thing",
            Assert
                .Throws<OmgLlavaException>(() => CutOutPackBuilder.Build(new Photos(path, []), folder["pack"], "x", ""))
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "100 x 50",
            Assert
                .Throws<OmgLlavaException>(() =>
                    CutOutPackBuilder.Build(new Photos(path, [new PhotoObject("cat", Square(20, 60))]), folder["pack"], "x", "")
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static Mask Square(int from, int to) =>
        new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(i => Inside(i, from, to))]);

    private static bool Inside(int i, int from, int to) => i % Side >= from && i % Side < to && i / Side >= from && i / Side < to;

    private sealed class Photos(string path, PhotoObject[] objects) : IPhotoSet
    {
        public PhotoObject[] Objects => objects;

        public IReadOnlyList<PhotoClass> Classes { get; } =
        [
            .. ((string[])["person", "cat", "dog", "cow", "horse"]).Select(name => new PhotoClass(name)),
            new PhotoClass("sky", IsThing: false),
        ];

        public int Count => 1;

        public string ImagePath(int index) => path;

        public PhotoLabels Read(int index) => new(objects, null, []);
    }
}
