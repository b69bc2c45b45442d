using OmgLlava.Data.Photos;
using OmgLlava.Tests.Imaging;
using SkiaSharp;

namespace OmgLlava.Tests.Data;

public class PhotoSetTests
{
    private const int Width = 8;
    private const byte Cat = 8;
    private const byte Dog = 12;
    private const byte Person = 15;
    private const byte Void = 255;

    /// <summary>Two dogs side by side, a cat in two pieces, two people who stand apart, and a row of void pixels.</summary>
    private static readonly byte[] Labels =
    [
        Dog,
        Dog,
        Dog,
        Dog,
        Dog,
        Dog,
        0,
        0,
        Dog,
        Dog,
        Dog,
        Dog,
        Dog,
        Dog,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Cat,
        Cat,
        0,
        Cat,
        0,
        0,
        0,
        0,
        Person,
        0,
        0,
        0,
        0,
        0,
        0,
        Person,
        Void,
        Void,
        Void,
        Void,
        Void,
        Void,
        Void,
        Void,
    ];

    [Fact]
    public void Voc_tells_things_apart_by_boxes_and_ignores_groups_that_it_cannot()
    {
        using var folder = new TemporaryFolder();
        Voc(
            folder,
            """{ "a": [{ "name": "dog", "box": [0, 0, 3, 2] }, { "name": "dog", "box": [3, 0, 6, 2] }, { "name": "cat", "box": [0, 3, 4, 4] }] }"""
        );
        var set = new VocPhotos(folder.Path, "train");
        PhotoLabels labels = set.Read(0);
        Assert.Equal([("cat", 3L), ("dog", 6L), ("dog", 6L)], labels.Objects.Select(o => (o.Name!, o.Mask!.Area)));
        Assert.Equal(0, labels.Objects[1].Mask!.Box!.Value.X0);
        Assert.Equal(3, labels.Objects[2].Mask!.Box!.Value.X0);
        Assert.Equal(8 + 2, labels.Ignored!.Area); // void, and two people without boxes
        Assert.Equal(20, labels.Complete.Count);
        Assert.Equal(["person"], labels.Grouped);
    }

    [Fact]
    public void Things_whose_boxes_overlap_too_much_are_ignored()
    {
        using var folder = new TemporaryFolder();
        Voc(folder, """{ "a": [{ "name": "dog", "box": [0, 0, 6, 2] }, { "name": "dog", "box": [4, 0, 6, 2] }] }""");
        PhotoLabels labels = new VocPhotos(folder.Path, "train").Read(0);
        // the first dog keeps 8 of 12 pixels, the second none, and the cat without a box is in pieces
        Assert.Empty(labels.Objects);
        Assert.Equal(8 + 2 + 12 + 3, labels.Ignored!.Area);
    }

    [Fact]
    public void Voc_boxes_of_its_own_annotations_count_too()
    {
        using var folder = new TemporaryFolder();
        Voc(folder, "{}");
        Directory.CreateDirectory(folder["Annotations"]);
        File.WriteAllText(
            folder["Annotations/a.xml"],
            "<annotation><object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>2</ymax></bndbox></object>"
                + "<object><name>dog</name><bndbox><xmin>4</xmin><ymin>1</ymin><xmax>6</xmax><ymax>2</ymax></bndbox></object></annotation>"
        );
        Assert.Equal([6L, 6L], new VocPhotos(folder.Path, "train").Read(0).Objects.Select(o => o.Mask!.Area));
    }

    [Theory]
    [InlineData("""{ "a": [{ "name": "dog", "box": [0, 0, 3] }] }""", "is no list of boxes")]
    [InlineData("""{ "a": [{ "box": [0, 0, 3, 2] }] }""", "is no list of boxes")]
    [InlineData("""[1]""", "is no list of boxes")]
    [InlineData("""{ "a": """, "is no list of boxes")]
    public void Broken_boxes_are_named(string boxes, string message)
    {
        using var folder = new TemporaryFolder();
        Voc(folder, boxes);
        Assert.Contains(
            message,
            Assert.Throws<OmgLlavaException>(() => new VocPhotos(folder.Path, "train")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Broken_label_maps_are_named()
    {
        using var folder = new TemporaryFolder();
        Voc(folder, "{}");
        string path = folder["SegmentationClassAug/a.png"];
        File.WriteAllBytes(path, PalettePng.Write(Width, [.. Labels.Select(label => label == Dog ? (byte)21 : label)]));
        Assert.Contains("label 21", Refusal(), StringComparison.Ordinal);
        File.WriteAllBytes(path, PalettePng.Write(Width, Labels, label => ((byte)(label / 2), 0, 0)));
        Assert.Contains("twice or not at all", Refusal(), StringComparison.Ordinal);
        byte[] whole = PalettePng.Write(Width, Labels);
        foreach (int length in (int[])[0, 20, 40, 500, whole.Length - 30])
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("a.png", Refusal(), StringComparison.Ordinal);
        }

        string Refusal() => Assert.Throws<OmgLlavaException>(() => new VocPhotos(folder.Path, "train").Read(0)).Message;
    }

    [Fact]
    public void Folders_are_kinds_and_every_fifth_photograph_is_held_back()
    {
        using var folder = new TemporaryFolder();
        foreach (string kind in (string[])["sea_horse", "Tick"])
        {
            Directory.CreateDirectory(folder[kind]);
            for (int i = 0; i < 5; i++)
            {
                File.WriteAllBytes(Path.Combine(folder[kind], $"{i}.jpg"), []);
            }
        }

        var train = new ClassFolderPhotos(folder.Path, "train", 5);
        var val = new ClassFolderPhotos(folder.Path, "val", 5);
        Assert.Equal((8, 2), (train.Count, val.Count));
        Assert.Equal(["tick", "sea horse"], val.Classes.Select(c => c.Name));
        PhotoObject only = Assert.Single(val.Read(0).Objects);
        Assert.Equal(("tick", null), (only.Name, only.Mask));
        Assert.Empty(val.Read(0).Complete);
        Assert.Throws<OmgLlavaException>(() => new ClassFolderPhotos(folder.Path, "test", 5));
    }

    [Fact]
    public void Davis_knows_pixels_and_no_names()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["JPEGImages/run"]);
        Directory.CreateDirectory(folder["Annotations/run"]);
        File.WriteAllBytes(folder["JPEGImages/run/00000.jpg"], []);
        File.WriteAllBytes(
            folder["Annotations/run/00000.png"],
            TestPictures.Encode(TestPictures.Quarters(8, 6), SKEncodedImageFormat.Png)
        );
        var set = new DavisPhotos(folder.Path, part: null, every: 5);
        PhotoObject only = Assert.Single(set.Read(0).Objects);
        Assert.Null(only.Name);
        Assert.Equal(24, only.Mask!.Area); // red and white: the levels of the first channel
        File.Delete(folder["JPEGImages/run/00000.jpg"]);
        Assert.Contains(
            "does not exist",
            Assert.Throws<OmgLlavaException>(() => new DavisPhotos(folder.Path, null, 5)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Coco_ignores_groups_and_says_what_is_complete()
    {
        string coco = Fixture.Folder("coco");
        (string file, string images) = (
            Path.Combine(coco, "annotations", "instances_val2017.json"),
            Path.Combine(coco, "val2017")
        );
        PhotoLabels labels = new CocoPhotos(file, images, null, 5, partial: false).Read(0);
        Assert.Equal([("dog", 192L)], labels.Objects.Select(o => (o.Name!, o.Mask!.Area)));
        Assert.Equal(192, labels.Ignored!.Area);
        Assert.Contains("dog", labels.Complete);
        Assert.Empty(new CocoPhotos(file, images, null, 5, partial: true).Read(0).Complete);
    }

    [Theory]
    [InlineData("sky-other-merged", "sky")]
    [InlineData("wall-brick", "brick wall")]
    [InlineData("floor-wood", "wooden floor")]
    [InlineData("door-stuff", "door")]
    [InlineData("teddy bear", "teddy bear")]
    public void Coco_names_become_words(string name, string words) => Assert.Equal(words, CocoPanopticPhotos.Say(name));

    private static void Voc(TemporaryFolder folder, string boxes)
    {
        foreach (string part in (string[])["JPEGImages", "SegmentationClassAug", "ImageSets"])
        {
            Directory.CreateDirectory(folder[part]);
        }

        File.WriteAllText(folder["ImageSets/train.txt"], "a\n");
        File.WriteAllText(folder["animal_boxes_train.json"], boxes);
        File.WriteAllBytes(folder["SegmentationClassAug/a.png"], PalettePng.Write(Width, Labels));
    }
}
