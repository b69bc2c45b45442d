using System.Text.Json;
using OmgLlava.Cli;
using OmgLlava.Data;
using OmgLlava.Tests.Cli;
using OmgLlava.World;

namespace OmgLlava.Tests.World;

public sealed class WorldFolderTests(TestArt art) : IClassFixture<TestArt>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("omg-world").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_any_number_of_threads()
    {
        string[] folders =
        [
            .. Enumerable
                .Range(1, 2)
                .Select(threads =>
                {
                    string folder = Path.Combine(_folder, $"threads{threads}");
                    WorldFolder.Write(
                        art.Renderer(4, new WorldOptions { Size = 96 }),
                        first: 0,
                        count: 5,
                        folder,
                        threads: threads
                    );
                    return folder;
                }),
        ];
        string[] files =
        [
            .. Directory
                .EnumerateFiles(folders[0], "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folders[0], path))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(5 + 5 + 8, files.Length);
        Assert.All(
            files,
            file =>
                Assert.Equal(File.ReadAllBytes(Path.Combine(folders[0], file)), File.ReadAllBytes(Path.Combine(folders[1], file)))
        );
    }

    [Fact]
    public void Panoptic_pictures_hold_the_segments_that_the_records_describe()
    {
        string folder = Path.Combine(_folder, "panoptic");
        SceneRenderer renderer = art.Renderer(4, new WorldOptions { Size = 96 });
        WorldFolder.Write(renderer, first: 3, count: 2, folder);
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "panoptic.json")));
        foreach (JsonElement annotation in file.RootElement.GetProperty("annotations").EnumerateArray())
        {
            Scene scene = renderer.Render(3 + annotation.GetProperty("image_id").GetInt32() - 1);
            OmgLlava.Imaging.RgbImage ids = OmgLlava.Imaging.ImageFile.Load(
                Path.Combine(folder, "panoptic", annotation.GetProperty("file_name").GetString()!)
            );
            for (int p = 0; p < scene.SegmentIds.Count; p++)
            {
                Assert.True(
                    scene.SegmentIds[p] == ids.Pixels[p * 3] + (256 * ids.Pixels[(p * 3) + 1]) + (65536 * ids.Pixels[(p * 3) + 2])
                );
            }

            foreach (JsonElement segment in annotation.GetProperty("segments_info").EnumerateArray())
            {
                int id = segment.GetProperty("id").GetInt32();
                Assert.Equal(scene.SegmentIds.Count(other => other == id), segment.GetProperty("area").GetInt32());
                string name =
                    id <= scene.Things.Count
                        ? scene.Things[id - 1].Category.Name
                        : scene.Stuffs[id - scene.Things.Count - 1].Kind.Name;
                Assert.Equal(name, renderer.Vocabulary.ClassNames[segment.GetProperty("category_id").GetInt32() - 1]);
            }
        }
    }

    [Fact]
    public void The_readers_of_data_folders_read_back_what_the_scenes_say()
    {
        string folder = Path.Combine(_folder, "data");
        SceneRenderer renderer = art.Renderer(8, new WorldOptions { Size = 128 });
        const int Count = 6;
        WorldFolder.Write(renderer, first: 0, count: Count, folder);
        DataFolder data = DataFolder.Open(folder);
        (Scene Scene, SceneTexts Texts)[] scenes =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i => renderer.Render(i))
                .Select(scene => (scene, SceneTexts.Write(scene, renderer.Vocabulary, 8))),
        ];

        Assert.Equal(
            scenes.SelectMany(pair => pair.Scene.Things.Select(thing => thing.Category.Name)),
            data.Objects.Select(thing => thing.Name)
        );
        Assert.All(
            scenes.SelectMany(pair => pair.Scene.Things).Zip(data.Objects),
            pair => Assert.True(pair.First.Mask.Pixels.SequenceEqual(pair.Second.Region.ToMask().Pixels))
        );
        Assert.Equal(renderer.Vocabulary.ClassNames, data.Panoptic!.Categories.Select(category => category.Name));
        Assert.Equal(Count, data.Panoptic.Samples.Count);

        var expected = scenes
            .SelectMany(pair => pair.Texts.Expressions.Select(expression => (pair.Scene, Expression: expression)))
            .ToLookup(pair => pair.Expression.Kind == ExpressionKind.Reasoning);
        foreach ((bool reasoning, var read) in new[] { (false, data.Referring), (true, data.Reasoning) })
        {
            Assert.Equal(expected[reasoning].Select(pair => pair.Expression.Text), read.Select(expression => expression.Text));
            foreach (((Scene scene, SceneExpression expression), var other) in expected[reasoning].Zip(read))
            {
                Assert.Equal(expression.Targets.Count == 0, other.NoTarget);
                Assert.True(scene.Union(expression.Targets).Pixels.SequenceEqual(other.Target.ToMask().Pixels));
            }
        }

        foreach (((Scene scene, SceneTexts texts), var caption) in scenes.Zip(data.Captions))
        {
            Assert.Equal(texts.Caption.Text, caption.Text);
            Assert.Equal(
                texts.Caption.Phrases.Select(phrase => (phrase.Start, phrase.End)),
                caption.Phrases.Select(phrase => (phrase.Start, phrase.End))
            );
            Assert.All(
                texts.Caption.Phrases.Zip(caption.Masks()),
                pair => Assert.True(scene.Union(pair.First.Segments).Pixels.SequenceEqual(pair.Second.Pixels))
            );
        }

        Assert.Equal(
            scenes.SelectMany(pair => pair.Texts.Regions.Select(region => region.Description)),
            data.Regions.SelectMany(image => image.Regions.Select(region => region.Text))
        );
        Assert.Equal(
            scenes.SelectMany(pair => pair.Texts.PictureQuestions.Select(question => (question.Question, question.Answer))),
            data.Conversations.Select(talk => (talk.Turns[0].Question, talk.Turns[0].Answer))
        );
        Assert.Equal(scenes.Sum(pair => pair.Texts.PointQuestions.Count), data.Points.Sum(talk => talk.Turns.Count));
        Assert.Equal(Enum.GetValues<DataKind>(), data.Kinds);
    }

    [Fact]
    public void A_folder_that_holds_something_is_left_alone()
    {
        File.WriteAllText(Path.Combine(_folder, "mine.txt"), "keep");
        OmgLlavaException error = Assert.Throws<OmgLlavaException>(() => WorldFolder.Write(art.Renderer(4), 0, 1, _folder));
        Assert.Contains("is not empty", error.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_cancelled_run_leaves_nothing()
    {
        string folder = Path.Combine(_folder, "cancelled");
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            WorldFolder.Write(art.Renderer(4), 0, 3, folder, cancellation: cancellation.Token)
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task The_command_writes_a_folder_and_says_what_is_wrong_in_one_line()
    {
        string folder = Path.Combine(_folder, "out");
        ProgramRun run = await ProgramRun.StartAsync([
            "world",
            "--art",
            art.Pack.Directory,
            "--scenes",
            "2",
            "--seed",
            "9",
            "--size",
            "96",
            "--out",
            folder,
        ]);
        Assert.Equal((CommandLine.Success, ""), (run.Code, run.Errors));
        Assert.Contains("2 scenes", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "images", "000002.png")));

        ProgramRun empty = await ProgramRun.StartAsync([
            "world",
            "--art",
            art.Pack.Directory,
            "--scenes",
            "1",
            "--categories",
            "cat",
            "submarine",
            "--out",
            Path.Combine(_folder, "none"),
        ]);
        Assert.Equal(CommandLine.Failure, empty.Code);
        Assert.Equal(
            "No art pack has a drawing of 'submarine'; leave the category out or add a pack that shows it.",
            empty.Errors.Trim()
        );

        ProgramRun missing = await ProgramRun.StartAsync([
            "world",
            "--art",
            Path.Combine(_folder, "nowhere"),
            "--scenes",
            "1",
            "--out",
            Path.Combine(_folder, "none"),
        ]);
        Assert.Contains("is no art pack: it has no pack.json", missing.Errors, StringComparison.Ordinal);
    }
}
