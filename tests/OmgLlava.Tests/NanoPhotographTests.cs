using System.Text.Json;
using OmgLlava.Imaging;

namespace OmgLlava.Tests;

/// <summary>The model that comes with the program, on a photograph that nobody trained on: a cat that fills three quarters of it,
/// so that a box alone would overlap by 0.77.</summary>
public sealed class NanoPhotographTests : IDisposable
{
    private static readonly string Photos = Path.Combine(Repository.Root, "samples", "photos");

    private readonly OmgLlavaModel _model = OmgLlavaModel.Load(Path.Combine(Repository.Root, "models", "nano"));
    private readonly RgbImage _picture = ImageFile.Load(Path.Combine(Photos, "chelsea.png"));

    [Theory]
    [InlineData("Please segment the cat in this image.")]
    [InlineData("show me the cat")]
    [InlineData("고양이를 찾아 줘")]
    public async Task The_cat_is_found_by_name(string question)
    {
        Segment found = Assert.Single((await AskAsync(question)).Segments);
        Assert.True(Overlap(found.Mask) >= 0.9, $"IoU {Overlap(found.Mask):F3}");
    }

    [Theory]
    [InlineData("the dog")]
    [InlineData("the bus")]
    [InlineData("the chair")]
    public async Task What_is_not_there_is_refused(string expression) =>
        Assert.False(Assert.Single((await AskAsync(Questions.Segment(expression))).Segments).Found);

    [Fact]
    public async Task It_is_named_and_its_point_means_it()
    {
        VisualPrompt[] box = [VisualPrompt.Box(0, 0, 397, 300)];
        Assert.Equal("cat", (await AskAsync("What is this?", box)).Text);
        using PerceivedImage seen = _model.Perceive(_picture);
        Segment under = Assert.Single(_model.Interactive(seen, [VisualPrompt.Point(200, 150)]));
        Assert.True(Overlap(under.Mask) >= 0.85, $"IoU {Overlap(under.Mask):F3}");
    }

    public void Dispose() => _model.Dispose();

    private async Task<Reply> AskAsync(string question, IReadOnlyList<VisualPrompt>? prompts = null)
    {
        using ImageChat chat = _model.StartChat(_picture);
        return await chat.AskAsync(question, prompts, cancellation: TestContext.Current.CancellationToken);
    }

    private double Overlap(Mask? mask)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Photos, "instances.json")));
        double[] outline =
        [
            .. file
                .RootElement.GetProperty("annotations")[0]
                .GetProperty("segmentation")[0]
                .EnumerateArray()
                .Select(number => number.GetDouble()),
        ];
        return mask?.IntersectionOverUnion(Mask.FromPolygons(_picture.Width, _picture.Height, [outline])) ?? 0;
    }
}
