using System.Text.Json;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.MetricGoldens;

/// <summary>Detection against pycocotools.</summary>
public class CocoApGolden
{
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.CocoAp)]
    public void Matches(string name)
    {
        string path = Path.Combine(MetricFolder.Root, name, "expected.json");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.Multiple([
            .. expected
                .RootElement.EnumerateObject()
                .Select<JsonProperty, Action>(run => () => MetricCase.Run(name, run.Name, golden => Compare(golden, run.Value))),
        ]);
    }

    private static void Compare(MetricCase golden, JsonElement run)
    {
        CocoMatchOn matchOn = run.GetProperty("iou_type").GetString() switch
        {
            "bbox" => CocoMatchOn.Boxes,
            "segm" => CocoMatchOn.Masks,
            string other => throw new NotSupportedException(other),
            null => throw new NotSupportedException(),
        };
        CocoEvaluationOptions options = Options(run.GetProperty("params")) with { MatchOn = matchOn };
        CocoGroundTruth truth = CocoGroundTruth.Load(golden.PathOf("gt.json"));
        IReadOnlyList<CocoDetection> detections = CocoResults.Load(
            golden.PathOf(run.GetProperty("results_file").GetString()!),
            truth
        );
        CocoEvaluationResult result = CocoEvaluator.Evaluate(truth, detections, options);

        golden.Numbers("stats", result.Numbers, run.GetProperty("stats"));
        foreach ((string name, double value) in CocoEvaluationResult.NumberNames.Zip(result.Numbers))
        {
            golden.Number(name, value, run.GetProperty("stats_named").GetProperty(name));
        }

        golden.Numbers(
            "curve",
            result.PrecisionCurve(result.Categories[0].Id, 0.5),
            run.GetProperty("pr_curve_first_category_iou50")
        );
        if (run.TryGetProperty("per_category", out JsonElement categories))
        {
            golden.Equal("categories", categories.EnumerateObject().Count(), result.Categories.Count);
            foreach (JsonProperty category in categories.EnumerateObject())
            {
                ComparePerCategory(golden, result, long.Parse(category.Name, null), category.Value);
            }
        }
    }

    private static void ComparePerCategory(MetricCase golden, CocoEvaluationResult result, long id, JsonElement expected)
    {
        foreach (JsonProperty value in expected.EnumerateObject())
        {
            string label = $"{id}.{value.Name}";
            IReadOnlyList<double> thresholds = result.Options.IouThresholds;
            switch (value.Name)
            {
                case "ap":
                    golden.Number(label, result.Precision(categoryId: id), value.Value);
                    break;
                case "ap50":
                    golden.Number(label, result.Precision(threshold: 0.5, categoryId: id), value.Value);
                    break;
                case "ap75":
                    golden.Number(label, result.Precision(threshold: 0.75, categoryId: id), value.Value);
                    break;
                case "ap_small":
                    golden.Number(label, result.Precision("small", categoryId: id), value.Value);
                    break;
                case "ap_medium":
                    golden.Number(label, result.Precision("medium", categoryId: id), value.Value);
                    break;
                case "ap_large":
                    golden.Number(label, result.Precision("large", categoryId: id), value.Value);
                    break;
                case "ar100":
                    golden.Number(label, result.Recall(categoryId: id), value.Value);
                    break;
                case "ap_per_iou":
                    golden.Numbers(label, thresholds.Select(t => result.Precision(threshold: t, categoryId: id)), value.Value);
                    break;
                case "recall_per_iou":
                    golden.Numbers(label, thresholds.Select(t => result.Recall(threshold: t, categoryId: id)), value.Value);
                    break;
                default:
                    golden.Equal(label, "no such number", value.Name);
                    break;
            }
        }
    }

    private static CocoEvaluationOptions Options(JsonElement parameters)
    {
        var options = new CocoEvaluationOptions();
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            options = parameter.Name switch
            {
                "useCats" => options with { ClassAgnostic = parameter.Value.GetInt32() == 0 },
                "imgIds" => options with { ImageIds = [.. parameter.Value.EnumerateArray().Select(id => id.GetInt64())] },
                "catIds" => options with { CategoryIds = [.. parameter.Value.EnumerateArray().Select(id => id.GetInt64())] },
                "maxDets" => options with { MaxDetections = [.. parameter.Value.EnumerateArray().Select(id => id.GetInt32())] },
                "iouThrs" => options with { IouThresholds = [.. parameter.Value.EnumerateArray().Select(id => id.GetDouble())] },
                "recThrs" => options with { RecallPoints = [.. parameter.Value.EnumerateArray().Select(id => id.GetDouble())] },
                _ => throw new NotSupportedException($"The parameter {parameter.Name} is not known."),
            };
        }

        return options;
    }
}
