using System.Text.Json;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.MetricGoldens;

/// <summary>Segmentation into classes after the usual definitions.</summary>
public class SemanticGolden
{
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Semantic)]
    public void Matches(string name)
    {
        string path = Path.Combine(MetricFolder.Root, name, "expected.json");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.Multiple([
            .. expected
                .RootElement.EnumerateArray()
                .Select<JsonElement, Action>(run =>
                    () => MetricCase.Run(name, run.GetProperty("key").GetString()!, golden => Compare(golden, run))
                ),
        ]);
    }

    private static void Compare(MetricCase golden, JsonElement run)
    {
        int classes = run.GetProperty("num_classes").GetInt32();
        var matrix = new ConfusionMatrix(
            classes,
            run.GetProperty("ignore_index").GetInt32(),
            run.GetProperty("reduce_zero_label").GetBoolean()
        );
        foreach (JsonElement files in run.GetProperty("files").EnumerateArray())
        {
            matrix.Add(
                LabelMapFile.LoadLabels(golden.PathOf(files.GetProperty("gt").GetString()!)),
                LabelMapFile.LoadLabels(golden.PathOf(files.GetProperty("pred").GetString()!))
            );
        }

        SemanticScores scores = matrix.Scores();
        foreach (JsonProperty value in run.GetProperty("overall").EnumerateObject())
        {
            switch (value.Name)
            {
                case "confusion":
                    Confusion(value.Value);
                    break;
                case "pred_out_of_range":
                    Each(c => matrix.PredictedOutside(c));
                    break;
                case "area_intersect":
                    Each(c => matrix[c, c]);
                    break;
                case "area_label":
                    Each(c => matrix.LabelArea(c));
                    break;
                case "area_pred":
                    Each(c => matrix.PredictedArea(c));
                    break;
                case "area_union":
                    Each(c => matrix.LabelArea(c) + matrix.PredictedArea(c) - matrix[c, c]);
                    break;
                case "IoU":
                    golden.Numbers(value.Name, scores.Iou, value.Value);
                    break;
                case "Acc":
                    golden.Numbers(value.Name, scores.Accuracy, value.Value);
                    break;
                case "Precision":
                    golden.Numbers(value.Name, scores.Precision, value.Value);
                    break;
                case "Dice":
                    golden.Numbers(value.Name, scores.Dice, value.Value);
                    break;
                case "aAcc":
                    golden.Number(value.Name, scores.PixelAccuracy, value.Value);
                    break;
                case "mIoU":
                    golden.Number(value.Name, scores.MeanIou, value.Value);
                    break;
                case "mAcc":
                    golden.Number(value.Name, scores.MeanAccuracy, value.Value);
                    break;
                case "fwIoU":
                    golden.Number(value.Name, scores.FrequencyWeightedIou, value.Value);
                    break;
                case "mDice":
                    golden.Number(value.Name, scores.MeanDice, value.Value);
                    break;
                default:
                    golden.Equal(value.Name, "no such number", value.Name);
                    break;
            }

            void Each(Func<int, double> area) =>
                golden.Numbers(value.Name, Enumerable.Range(0, classes).Select(area), value.Value);
        }

        void Confusion(JsonElement rows)
        {
            for (int t = 0; t < classes; t++)
            {
                golden.Numbers($"confusion[{t}]", Enumerable.Range(0, classes).Select(p => (double)matrix[t, p]), rows[t]);
            }
        }
    }
}
