using OmgLlava.Data.Annotating;
using OmgLlava.Data.Coco;
using OmgLlava.Imaging;

namespace OmgLlava.Tests.Data.Annotating;

/// <summary>
/// Annotating a folder with nano: what is written is what the model says, and a run goes on where it was stopped.
/// </summary>
public sealed class AnnotationRunTests : IDisposable
{
    private static readonly AnnotationOptions Panoptic = new(AnnotationTask.Panoptic, []) { ShardSize = 2, Samples = 2 };

    private readonly OmgLlavaModel _nano = OmgLlavaModel.Load(Path.Combine(Repository.Root, "models", "nano-drawn"));
    private readonly TemporaryFolder _folder = new();

    private static string Scenes => Path.Combine(Repository.Root, "samples", "scenes", "images");

    private string Output => _folder["out"];

    private string Whole => Path.Combine(Output, "annotations.json");

    public void Dispose()
    {
        _nano.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Masks_are_those_that_the_model_gives()
    {
        Run(Scenes, new AnnotationOptions(AnnotationTask.Segment, ["strawberry", "umbrella"]) { Workers = 2, ShardSize = 3 });
        CocoInstances written = CocoInstances.Open(Whole);
        Assert.Equal(["strawberry", "umbrella"], written.Categories.Select(category => category.Name));
        CocoImage picture = written.Images.Single(image => image.FileName == "000006.png");
        using ImageChat chat = _nano.StartChat(ImageFile.Load(Path.Combine(Scenes, picture.FileName)));
        Reply reply = await chat.AskAsync(Questions.Segment("strawberry"), cancellation: TestContext.Current.CancellationToken);
        CocoAnnotation annotation = written.OfImage(picture.Id).First(
            annotation => written.CategoryOf(annotation).Name == "strawberry");
        Mask expected = reply.Segments[0].Mask!;
        Assert.Equal(expected.ToRle().ToString(), written.RegionOf(annotation).ToMask().ToRle().ToString());
        Assert.Equal(expected.Area, annotation.Area);
    }

    [Fact]
    public void A_description_has_its_phrases_with_the_categories_that_they_name()
    {
        Run(Scenes, new AnnotationOptions(AnnotationTask.Ground, ["strawberry", "berry", "umbrella"]) { Workers = 2 });
        string[] annotations = [.. CocoLines.Read(Whole, "annotations")];
        Assert.Contains(annotations, line => line.Contains("\"category_id\":3", StringComparison.Ordinal)
            && line.Contains("umbrella", StringComparison.Ordinal));
        Assert.All(annotations, line => Assert.Contains("\"span\":[", line, StringComparison.Ordinal));
        Assert.Contains(CocoLines.Read(Whole, "images"), line => line.Contains("\"caption\":\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_was_stopped_ends_with_the_same_bytes()
    {
        Run(Scenes, Panoptic);
        byte[] undisturbed = File.ReadAllBytes(Whole);
        byte[] page = File.ReadAllBytes(Path.Combine(Output, "index.html"));
        Directory.Delete(Output, recursive: true);

        using var stop = new CancellationTokenSource();
        using (AnnotationRun run = AnnotationRun.Open(_nano, Scenes, Output, Panoptic))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => run.Run(new StopAt(3, stop), cancellation: stop.Token));
        }

        Assert.False(File.Exists(Whole));
        Assert.Single(Directory.GetFiles(Path.Combine(Output, "shards"), "*.done"));
        string torn = Path.Combine(Output, "shards", "0000001.json");
        File.WriteAllText(torn, "{\"images\":["); // as if it had been written without its sentinel
        var seen = new List<long>();
        Run(Scenes, Panoptic, new Recorder(seen));
        Assert.Equal(2, seen[0]);
        Assert.Equal(undisturbed, File.ReadAllBytes(Whole));
        Assert.Equal(page, File.ReadAllBytes(Path.Combine(Output, "index.html")));
    }

    [Fact]
    public void A_damaged_shard_is_found_and_done_again()
    {
        Run(Scenes, Panoptic);
        byte[] undisturbed = File.ReadAllBytes(Whole);
        string shard = Path.Combine(Output, "shards", "0000000.json");
        byte[] damaged = File.ReadAllBytes(shard);
        damaged[damaged.Length / 2] ^= 1; // of the same length
        File.WriteAllBytes(shard, damaged);
        File.Delete(Path.Combine(Output, "index.html"));
        Assert.Contains(
            "0000000.json", Assert.Throws<OmgLlavaException>(() => Run(Scenes, Panoptic)).Message, StringComparison.Ordinal);
        Run(Scenes, Panoptic);
        Assert.Equal(undisturbed, File.ReadAllBytes(Whole));
    }

    [Fact]
    public void Broken_pictures_are_listed_and_tried_again_when_asked()
    {
        string pictures = _folder["pictures"];
        Directory.CreateDirectory(pictures);
        File.Copy(Path.Combine(Scenes, "000001.png"), Path.Combine(pictures, "a.png"));
        File.WriteAllText(Path.Combine(pictures, "b.png"), "no picture");
        AnnotationProgress done = Run(pictures, Panoptic);
        Assert.Equal((2, 1), (done.Done, done.Broken));
        string broken = Assert.Single(CocoLines.Read(Path.Combine(Output, "broken.json"), "broken"));
        Assert.Contains("\"file_name\":\"b.png\"", broken, StringComparison.Ordinal);
        Assert.Contains("is not a PNG", broken, StringComparison.Ordinal);

        File.Copy(Path.Combine(Scenes, "000002.png"), Path.Combine(pictures, "b.png"), overwrite: true);
        Assert.Equal(1, Run(pictures, Panoptic).Broken);
        Assert.Equal(0, Run(pictures, Panoptic, retryBroken: true).Broken);
        Assert.Equal(["a.png", "b.png"], CocoInstances.Open(Whole).Images.Select(image => image.FileName));
    }

    [Fact]
    public void Pictures_that_come_later_do_not_move_shards()
    {
        string list = _folder["list.txt"];
        string[] names =
            [.. Directory.GetFiles(Scenes).Where(path => path.EndsWith(".png", StringComparison.Ordinal)).Order().Take(3)];
        File.WriteAllLines(list, [names[2], "", names[0], names[1]]);
        Run(list, Panoptic);
        byte[] first = File.ReadAllBytes(Whole);
        Assert.Equal([names[2], names[0], names[1]], CocoInstances.Open(Whole).Images.Select(image => image.FileName));
        File.WriteAllLines(list, names);
        File.Delete(Path.Combine(Output, "shards", "0000000.done"));
        Run(list, Panoptic);
        Assert.Equal(first, File.ReadAllBytes(Whole));
    }

    [Fact]
    public void What_cannot_go_on_is_refused_in_words()
    {
        using (AnnotationRun run = AnnotationRun.Open(_nano, Scenes, Output, Panoptic))
        {
            Refuses("Another program is annotating", Scenes, Panoptic);
        }

        Refuses("threshold '' instead of '0.5'", Scenes, Panoptic with { Threshold = 0.5f });
        Refuses("does not exist", _folder["nothing"], Panoptic);
        Directory.CreateDirectory(_folder["empty"]);
        Refuses("names no picture", _folder["empty"], Panoptic, _folder["other"]);
        Refuses("is a picture", Directory.EnumerateFiles(Scenes, "*.png").First(), Panoptic, _folder["other"]);
        Assert.False(Directory.Exists(_folder["other"])); // so that the next attempt is no other run
        Refuses(
            "does not know the class 'submarine'",
            Scenes,
            new AnnotationOptions(AnnotationTask.Panoptic, ["submarine"]),
            _folder["other"]);
        Refuses("needs labels", Scenes, new AnnotationOptions(AnnotationTask.Segment, []), _folder["other"]);
    }

    [Theory]
    [InlineData("cup\ncup\n", "twice")]
    [InlineData("\n \n", "no label")]
    [InlineData("a\0b\n", "Line 1")]
    public void A_label_file_that_is_none_is_refused(string content, string said)
    {
        File.WriteAllText(_folder["labels"], content);
        Assert.Contains(
            said, Assert.Throws<OmgLlavaException>(() => LabelList.Read(_folder["labels"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_lines()
    {
        File.WriteAllText(_folder["labels"], "red cup\r\n\r\n  dog  \nKatze");
        Assert.Equal(["red cup", "dog", "Katze"], LabelList.Read(_folder["labels"]));
    }

    private AnnotationProgress Run(
        string source, AnnotationOptions options, IProgress<AnnotationProgress>? progress = null, bool retryBroken = false)
    {
        using AnnotationRun run = AnnotationRun.Open(_nano, source, Output, options);
        return run.Run(progress, retryBroken, TestContext.Current.CancellationToken);
    }

    private void Refuses(string said, string source, AnnotationOptions options, string? output = null) => Assert.Contains(
        said, Assert.Throws<OmgLlavaException>(() => AnnotationRun.Open(_nano, source, output ?? Output, options)).Message,
        StringComparison.Ordinal);

    private sealed class StopAt(long done, CancellationTokenSource stop) : IProgress<AnnotationProgress>
    {
        public void Report(AnnotationProgress value)
        {
            if (value.Done >= done)
            {
                stop.Cancel();
            }
        }
    }

    private sealed class Recorder(List<long> seen) : IProgress<AnnotationProgress>
    {
        public void Report(AnnotationProgress value) => seen.Add(value.Done);
    }
}
