using OmgLlava.World;

namespace OmgLlava.Tests.World;

public sealed class ArtPackTests(TestArt art) : IClassFixture<TestArt>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("omg-pack").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_of_code_points_becomes_a_pack()
    {
        Assert.Equal(TestArt.Expected, art.Count);
        Assert.Equal(TestArt.Expected, art.Pack.Drawings.Count);
        Assert.Equal("shapes", art.Pack.Name);
        Sprite sprite = Sprite.Load(Path.Combine(art.Pack.Directory, art.Pack.Drawings[0].File));
        Assert.InRange(sprite.Width, 99, 101); // cut to what is visible
    }

    [Fact]
    public void A_pack_may_bring_categories_of_its_own()
    {
        File.Copy(Path.Combine(art.Pack.Directory, art.Pack.Drawings[0].File), Path.Combine(_folder, "a.png"));
        Write(
            """{ "name": "own", "drawings": [ { "file": "a.png", "category": "submarine" } ], "categories": [ { "name": "submarine", "kinds": ["vehicle"], "place": "water", "size": 4 } ] }"""
        );
        var renderer = new SceneRenderer([ArtPack.Load(_folder), art.Pack], seed: 1);
        ThingCategory own = renderer.Vocabulary.Find("submarine")!;
        Assert.Equal(("submarines", ThingPlace.Water, 4), (own.Plural, own.Place, own.Size));
        Assert.Equal(WorldVocabulary.Default.Categories.Count, renderer.Vocabulary.IndexOf(own));
        Assert.Contains(own, renderer.Categories);
    }

    [Theory]
    [InlineData("{ \"name\": \"x\",\n \"drawings\": [ }", "is not valid JSON: line 2")]
    [InlineData("""{ "drawings": [] }""", "is no description of an art pack")]
    [InlineData("""{ "name": "x", "drawings": [] }""", "names no drawing")]
    [InlineData("""{ "name": "x", "drawings": [ { "file": "gone.png", "category": "cat" } ] }""", "The drawing 'gone.png'")]
    [InlineData(
        """{ "name": "x", "drawings": [ { "file": "a.png", "category": "submarine" } ] }""",
        "shows 'submarine', which is no category"
    )]
    [InlineData("""{ "name": "x", "drawings": [ { "file": "../a.png", "category": "cat" } ] }""", "lies outside the pack")]
    [InlineData(
        """{ "name": "x", "drawings": [ { "file": "a.png", "category": "y" } ], "categories": [ { "name": "y", "place": "moon" } ] }""",
        "has the place 'moon'"
    )]
    [InlineData("""{ "name": "x", "drawings": [ null ] }""", "is no description of an art pack")]
    [InlineData(
        """{ "name": "x", "drawings": [ { "file": "a.png", "category": "cat" } ], "categories": [ { "name": "horse cart" } ] }""",
        "no drawing of its category 'horse cart'"
    )]
    public void A_broken_pack_is_refused_in_one_sentence(string json, string expected)
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.png"), [1, 2, 3]);
        Write(json);
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() => ArtPack.Load(_folder));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_drawings_and_packs_given_twice_are_named()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.png"), [1, 2, 3]);
        Write("""{ "name": "x", "drawings": [ { "file": "a.png", "category": "cat" } ] }""");
        var renderer = new SceneRenderer([ArtPack.Load(_folder)], seed: 1);
        Assert.Contains("a.png", Assert.Throws<OmgLlavaException>(() => renderer.Render(0)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Two art packs",
            Assert.Throws<OmgLlavaException>(() => new SceneRenderer([art.Pack, art.Pack], seed: 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "0 to 0.8",
            Assert
                .Throws<OmgLlavaException>(() =>
                    new SceneRenderer([art.Pack], 1, new WorldOptions { UpsideDownShare = double.NaN })
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "64 to 1024",
            Assert.Throws<OmgLlavaException>(() => new SceneRenderer([art.Pack], 1, new WorldOptions { Size = 20 })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_damaged_description_or_drawing_never_ends_in_another_error()
    {
        byte[] description = File.ReadAllBytes(Path.Combine(art.Pack.Directory, ArtPack.FileName));
        byte[] drawing = File.ReadAllBytes(Path.Combine(art.Pack.Directory, art.Pack.Drawings[0].File));
        foreach (Drawing each in art.Pack.Drawings)
        {
            File.Copy(Path.Combine(art.Pack.Directory, each.File), Path.Combine(_folder, each.File));
        }

        var random = new SceneRandom(5);
        for (int i = 0; i < 300; i++)
        {
            File.WriteAllBytes(Path.Combine(_folder, ArtPack.FileName), Damaged(description, random));
            File.WriteAllBytes(Path.Combine(_folder, "damaged.png"), Damaged(drawing, random));
            Exception?[] errors =
            [
                Record.Exception(() => ArtPack.Load(_folder)),
                Record.Exception(() => Sprite.Load(Path.Combine(_folder, "damaged.png"))),
            ];
            Assert.All(errors.OfType<Exception>(), error => Assert.IsType<OmgLlavaException>(error));
        }
    }

    [Fact]
    public void What_is_no_font_and_no_folder_is_refused()
    {
        string file = Path.Combine(_folder, "font.ttf");
        File.WriteAllBytes(file, [0, 1, 0, 0, 9, 9]);
        Assert.Contains(
            "is not a font",
            Assert.Throws<OmgLlavaException>(() => ArtPackBuilder.Build(file, _folder, "x", "")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            Assert.Throws<OmgLlavaException>(() => ArtPackBuilder.Build(Path.Combine(_folder, "none"), _folder, "x", "")).Message,
            StringComparison.Ordinal
        );
        string list = Path.Combine(_folder, "list.tsv");
        File.WriteAllText(list, "# comment\na.png\tsubmarine\n");
        Assert.Contains(
            "line 2",
            Assert.Throws<OmgLlavaException>(() => ArtPackBuilder.Build(art.Pack.Directory, _folder, "x", "", list)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>The bytes with some changed, cut off, or doubled.</summary>
    private static byte[] Damaged(byte[] bytes, SceneRandom random)
    {
        byte[] copy = [.. bytes];
        for (int i = random.Below(6); i >= 0; i--)
        {
            copy[random.Below(copy.Length)] = (byte)random.Below(256);
        }

        return random.Below(3) switch
        {
            0 => copy[..random.Below(copy.Length)],
            1 => [.. copy, .. copy[..random.Below(copy.Length)]],
            _ => copy,
        };
    }

    private void Write(string json) => File.WriteAllText(Path.Combine(_folder, ArtPack.FileName), json);
}
