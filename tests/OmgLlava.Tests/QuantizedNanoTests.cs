using System.Text.Json.Nodes;
using OmgLlava.Conversion;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;
using OmgLlava.Language.Cpu;

namespace OmgLlava.Tests;

/// <summary>
/// The model that comes with the program, packed into fewer bits, against itself: the same questions about the sample scenes.
/// Masks that come out black or elsewhere, as users of other packed models report, would be seen here.
/// </summary>
public class QuantizedNanoTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "models", "nano-drawn");
    private static readonly string Scenes = Path.Combine(Repository.Root, "samples", "scenes");

    [Fact]
    public async Task Int8_says_nearly_the_same_and_int4_points_at_the_same()
    {
        Reply[] full = await AnswersAsync(Folder),
            int8 = await AnswersOfAsync(WeightFormat.Int8),
            int4 = await AnswersOfAsync(WeightFormat.Int4);
        int others = full.Zip(int8).Count(pair => !pair.First.Tokens.SequenceEqual(pair.Second.Tokens));
        // whether to refuse can hang by a hair
        Assert.True(others <= 0.02 * full.Length, $"int8 answers {others} of {full.Length} questions in other words");
        double overlap8 = Overlap(full, int8),
            overlap4 = Overlap(full, int4);
        Assert.True(overlap8 >= 0.98, $"masks of int8 overlap by {overlap8:F4}");
        Assert.True(overlap4 >= 0.95, $"masks of int4 overlap by {overlap4:F4}");
    }

    private static async Task<Reply[]> AnswersOfAsync(WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        ModelQuantizer.Write(
            Folder,
            folder["packed"],
            QuantizationConfig.Of(format).For(ModelDirectory.ReadConfig(Folder).Language)
        );
        return await AnswersAsync(folder["packed"]);
    }

    private static async Task<Reply[]> AnswersAsync(string directory)
    {
        using OmgLlavaModel model = OmgLlavaModel.Load(directory, new LoadOptions { Engine = LanguageEngine.Cpu });
        List<Reply> replies = [];
        foreach (
            IGrouping<string, JsonNode?> picture in JsonNode
                .Parse(await File.ReadAllTextAsync(Path.Combine(Scenes, "referring.json")))!
                .AsArray()
                .Where(expression => !(bool)expression!["no_target"]!)
                .GroupBy(expression => (string)expression!["file_name"]!)
        )
        {
            using PerceivedImage seen = model.Perceive(ImageFile.Load(Path.Combine(Scenes, "images", picture.Key)));
            foreach (JsonNode? expression in picture)
            {
                using ImageChat chat = model.StartChat(seen);
                replies.Add(await chat.AskAsync(Questions.Segment((string)expression!["sentences"]![0]!["sent"]!)));
            }
        }

        return [.. replies];
    }

    /// <summary>Mean IoU of the masks that both answers have.</summary>
    private static double Overlap(Reply[] first, Reply[] second) =>
        first
            .Zip(second)
            .SelectMany(pair => pair.First.Segments.Zip(pair.Second.Segments))
            .Where(pair => pair.First.Mask is not null || pair.Second.Mask is not null)
            .Average(pair =>
                pair.First.Mask is null || pair.Second.Mask is null
                    ? 0
                    : MaskOverlap.Of(pair.First.Mask, pair.Second.Mask).IntersectionOverUnion
            );
}
