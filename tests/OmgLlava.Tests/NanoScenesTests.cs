using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Suites;
using OmgLlava.Imaging;

namespace OmgLlava.Tests;

/// <summary>The models that come along, on the sample scenes, which neither was trained on: a model that only guesses must not be
/// shipped.</summary>
public class NanoScenesTests
{
    private static readonly string Scenes = Path.Combine(Repository.Root, "samples", "scenes");

    /// <summary>Well below what docs/nano.md reports for hundreds of scenes, well above guessing: eight scenes swing.</summary>
    private static readonly Dictionary<string, (string Task, string Measure, double Least)[]> Floors = new()
    {
        ["nano-drawn"] =
        [
            ("panoptic", "PQ", 0.75),
            ("interactive-point", "mean IoU", 0.75),
            ("interactive-box", "mean IoU", 0.8),
            ("referring", "cIoU", 0.62),
            ("name-in-box", "exact", 0.75),
            ("questions", "exact", 0.6),
        ],
        ["nano"] =
        [
            ("panoptic", "PQ", 0.55),
            ("interactive-point", "mean IoU", 0.6),
            ("interactive-box", "mean IoU", 0.7),
            ("referring", "cIoU", 0.3),
            ("name-in-box", "exact", 0.65),
        ],
    };

    [Theory]
    [InlineData("nano")]
    [InlineData("nano-drawn")]
    public async Task Sample_scenes_are_understood(string name)
    {
        using OmgLlavaModel model = OmgLlavaModel.Load(FolderOf(name));
        using var folder = new TemporaryFolder();
        IReadOnlyList<EvaluationTask> tasks =
        [
            .. EvaluationSuites.Find("folder")!.Open(new SuiteData(Scenes, "sample")).Where(task => task.Name != "regions"),
        ];
        IReadOnlyList<TaskResult> results = await new EvaluationRun(
            tasks,
            Directory.CreateDirectory(folder["answers"]).FullName,
            new EvaluationOptions { Limit = 32 }
        ).RunAsync(model);
        foreach ((string task, string measure, double least) in Floors[name])
        {
            TaskResult result = results.Single(result => result.Task.Name == task);
            double value = result.Measures.Single(m => m.Name == measure).Value;
            Assert.True(value >= least, $"{task}: {measure} is {value:F3}, at least {least} is expected.");
        }
    }

    [Fact]
    public async Task A_question_gets_a_phrase_and_its_pixels()
    {
        using OmgLlavaModel model = OmgLlavaModel.Load(FolderOf("nano-drawn"));
        using ImageChat chat = model.StartChat(ImageFile.Load(Path.Combine(Scenes, "images", "000006.png")));
        Reply reply = await chat.AskAsync(Questions.Segment("the strawberry"));
        Segment segment = Assert.Single(reply.Segments);
        Assert.Equal("The strawberry", segment.Phrase);
        Assert.True(segment.Found);
        PixelBox box = segment.Mask!.Box!.Value;
        Assert.InRange(box.Center.X, 118, 162);
        Assert.InRange(box.Center.Y, 171, 220);
    }

    private static string FolderOf(string name) => Path.Combine(Repository.Root, "models", name);
}
