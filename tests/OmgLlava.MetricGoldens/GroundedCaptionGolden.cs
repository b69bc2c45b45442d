using System.Text.Json;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.MetricGoldens;

/// <summary>Grounded captions against the scripts of GLaMM and OMG-LLaVA, with a table of similarities in the place of
/// BERT.</summary>
public class GroundedCaptionGolden
{
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.GroundedCaption)]
    public void Matches(string name)
    {
        string path = Path.Combine(MetricFolder.Root, name, "expected.json");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.Multiple([
            .. expected
                .RootElement.EnumerateObject()
                .Select<JsonProperty, Action>(run =>
                    () => MetricCase.Run(name, run.Name, golden => Compare(golden, run.Name, run.Value))
                ),
        ]);
    }

    private static void Compare(MetricCase golden, string run, JsonElement expected)
    {
        string folder = golden.PathOf(run);
        IReadOnlyList<GroundedCaptionTruth> truth = GroundedCaptionFiles.LoadTruth(
            Directory.EnumerateFiles(folder, "*_gcg_coco_mask_gt.json").Single(),
            Directory.EnumerateFiles(folder, "*_gcg_coco_caption_gt.json").Single()
        );
        GroundedCaptionPrediction[] predictions =
        [
            .. truth.Select(picture => GroundedCaptionFiles.LoadPrediction(Path.Combine(folder, "predictions"), picture.ImageId)),
        ];
        GroundedCaptionResult result = GroundedCaptionEvaluator.Evaluate(
            truth,
            predictions,
            new GroundedCaptionOptions
            {
                Similarity = new Table(golden.Read($"{run}/text_similarity.json")),
                ScoreCaptions = false,
            }
        );

        golden.Numbers("stats", result.Masks.Numbers, expected.GetProperty("stats"));
        golden.Number("AP50", result.AveragePrecision50, expected.GetProperty("AP50"));
        golden.Number("mIoU", result.MeanIou, expected.GetProperty("mIoU"));
        golden.Number("recall", result.Recall, expected.GetProperty("recall"));
        golden.Equal("true_positives", result.RecalledLabels, expected.GetProperty("true_positives").GetInt32());
        golden.Equal("actual_positives", result.Labels, expected.GetProperty("actual_positives").GetInt32());
        golden.Equal("pictures", result.Pictures.Count, expected.GetProperty("matches_per_image").EnumerateObject().Count());
        foreach (GroundedCaptionScores picture in result.Pictures)
        {
            golden.Number(
                $"{picture.ImageId}.mIoU",
                picture.MeanIou,
                expected.GetProperty("mIoU_per_image").GetProperty($"{picture.ImageId}")
            );
            JsonElement matches = expected.GetProperty("matches_per_image").GetProperty($"{picture.ImageId}");
            golden.Equal($"{picture.ImageId}.error", picture.Uncounted is not null, matches.TryGetProperty("error", out _));
            string pairs = matches.TryGetProperty("pairs", out JsonElement list)
                ? string.Join(' ', list.EnumerateArray().Select(pair => $"({pair[0]}, {pair[1]})"))
                : "";
            golden.Equal($"{picture.ImageId}.pairs", string.Join(' ', picture.Matches), pairs);
        }

        // The lines that the script prints, for people.
        string[] printed = [.. expected.GetProperty("printed").EnumerateArray().Select(line => line.GetString()!)];
        golden.Equal(
            "printed mIoU",
            true,
            printed.Contains(FormattableString.Invariant($"Mean IoU (mIoU) across all images: {result.MeanIou:0.000}"))
        );
        golden.Equal("printed recall", true, printed.Contains(FormattableString.Invariant($"Recall: {result.Recall:0.000}")));
    }

    /// <summary>Similarities as the case gives them.</summary>
    private sealed class Table : ITextSimilarity
    {
        private readonly Dictionary<(string, string), double> _values = [];

        public Table(JsonElement document)
        {
            foreach (JsonElement image in document.GetProperty("images").EnumerateArray())
            {
                foreach ((int t, JsonElement row) in image.GetProperty("similarity").EnumerateArray().Index())
                {
                    foreach ((int p, JsonElement value) in row.EnumerateArray().Index())
                    {
                        _values[
                            (image.GetProperty("gt_labels")[t].GetString()!, image.GetProperty("pred_labels")[p].GetString()!)
                        ] = value.GetDouble();
                    }
                }
            }
        }

        public string Name => "the table of the case";

        public double Compare(string truth, string prediction) => _values[(truth, prediction)];
    }
}
