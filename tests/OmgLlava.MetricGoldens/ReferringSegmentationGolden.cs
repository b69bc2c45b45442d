using System.Globalization;
using System.Text.Json;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Imaging;

namespace OmgLlava.MetricGoldens;

/// <summary>Referring segmentation against the evaluators of ReLA, LISA, GLaMM and OMG-LLaVA.</summary>
public class ReferringSegmentationGolden
{
    private const string Thresholds = "_thresholds_";

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.ReferringSegmentation)]
    public void Each_sample(string name) =>
        MetricCase.Run(
            name,
            "per_sample",
            golden =>
            {
                Dictionary<long, Sample> samples = Samples(golden).ToDictionary(sample => sample.Id);
                foreach (JsonElement expected in golden.Read("expected.json").GetProperty("per_sample").EnumerateArray())
                {
                    long id = expected.GetProperty("id").GetInt64();
                    golden.Equal(
                        $"{id}.intersection",
                        samples[id].Overlap.Intersection,
                        expected.GetProperty("intersection").GetInt64()
                    );
                    golden.Equal($"{id}.union", samples[id].Overlap.Union, expected.GetProperty("union").GetInt64());
                    golden.Number($"{id}.iou", samples[id].Overlap.IntersectionOverUnion, expected.GetProperty("iou"));
                }
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.ReferringSegmentation)]
    public void Rela(string name) =>
        MetricCase.Run(
            name,
            "rela",
            golden =>
            {
                Sample[] samples = [.. Samples(golden)];
                foreach (JsonProperty run in golden.Read("expected.json").GetProperty("rela").EnumerateObject())
                {
                    if (run.Value.EnumerateObject().First().Value.ValueKind == JsonValueKind.Object)
                    {
                        foreach (JsonProperty part in run.Value.EnumerateObject())
                        {
                            CompareRela(golden, $"{run.Name}.{part.Name}", samples, part.Name, part.Value);
                        }
                    }
                    else
                    {
                        CompareRela(golden, run.Name, samples, run.Name.Split(Thresholds)[0], run.Value);
                    }
                }
            }
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.ReferringSegmentation)]
    public void Lisa(string name) =>
        MetricCase.Run(
            name,
            "lisa_style",
            golden =>
            {
                Sample[] samples = [.. Samples(golden)];
                foreach (JsonProperty run in golden.Read("expected.json").GetProperty("lisa_style").EnumerateObject())
                {
                    string source = run.Name[..run.Name.LastIndexOf('_')];
                    double tolerance = run.Name.EndsWith("float32", StringComparison.Ordinal) ? 1e-5 : 1e-9;
                    var metric = new PerImageMetric();
                    double[] perImage =
                    [
                        .. samples
                            .Where(sample => source == "all" || sample.Source == source)
                            .GroupBy(sample => sample.ImageId)
                            .Select(image => metric.AddImage([.. image.Select(sample => sample.Overlap)])),
                    ];
                    PerImageScores scores = metric.Scores();
                    golden.Equal(
                        $"{run.Name}.pixel_intersection",
                        metric.Intersection,
                        (long)run.Value.GetProperty("pixel_intersection").GetDouble()
                    );
                    golden.Equal($"{run.Name}.pixel_union", metric.Union, (long)run.Value.GetProperty("pixel_union").GetDouble());
                    golden.Number($"{run.Name}.cIoU", scores.CumulativeIou, run.Value.GetProperty("cIoU"), tolerance);
                    golden.Number($"{run.Name}.gIoU", scores.GeneralizedIou, run.Value.GetProperty("gIoU"), tolerance);
                    golden.Equal($"{run.Name}.mask_count", scores.Masks, run.Value.GetProperty("mask_count").GetInt32());
                    golden.Numbers($"{run.Name}.per_image", perImage, run.Value.GetProperty("per_image_mean_iou"), tolerance);
                }
            }
        );

    private static void CompareRela(MetricCase golden, string label, Sample[] samples, string source, JsonElement expected)
    {
        double[] thresholds =
        [
            .. expected
                .EnumerateObject()
                .Where(value => value.Name.StartsWith("Pr@", StringComparison.Ordinal))
                .Select(value => double.Parse(value.Name[3..], CultureInfo.InvariantCulture)),
        ];
        var whole = new ReferringMetric(thresholds);
        foreach (
            IGrouping<string, Sample> part in samples
                .Where(sample => source == "full" || sample.Source == source)
                .GroupBy(sample => sample.Source)
        )
        {
            var metric = new ReferringMetric(thresholds);
            foreach (Sample sample in part)
            {
                metric.Add(sample.Overlap, sample.NoTarget, sample.PredictedNoTarget);
            }

            whole.Add(metric);
        }

        ReferringScores scores = whole.Scores();
        foreach (JsonProperty value in expected.EnumerateObject())
        {
            double actual = value.Name switch
            {
                "gIoU" => 100 * scores.GeneralizedIou,
                "cIoU" => 100 * scores.CumulativeIou,
                "T_acc" => scores.TargetAccuracy,
                "N_acc" => scores.NoTargetAccuracy,
                _ => 100 * scores.Precision[double.Parse(value.Name[3..], CultureInfo.InvariantCulture)],
            };
            golden.Number($"{label}.{value.Name}", actual, value.Value);
        }
    }

    private static IEnumerable<Sample> Samples(MetricCase golden) =>
        golden
            .Read("samples.json")
            .GetProperty("samples")
            .EnumerateArray()
            .Select(sample =>
            {
                (int width, int height) = (sample.GetProperty("width").GetInt32(), sample.GetProperty("height").GetInt32());
                CocoRle prediction = CocoRle.Parse(width, height, sample.GetProperty("pred").GetString()!);
                CocoRle truth = CocoRle.Parse(width, height, sample.GetProperty("gt").GetString()!);
                MaskOverlap overlap = MaskOverlap.Of(prediction, truth);
                Assert.Equal(MaskOverlap.Of(Mask.FromRle(prediction), Mask.FromRle(truth)), overlap);
                return new Sample(
                    sample.GetProperty("id").GetInt64(),
                    sample.GetProperty("image_id").GetInt64(),
                    sample.GetProperty("source").GetString()!,
                    overlap,
                    sample.GetProperty("gt_no_target").GetBoolean(),
                    sample.GetProperty("pred_no_target").GetBoolean()
                );
            });

    private sealed record Sample(
        long Id,
        long ImageId,
        string Source,
        MaskOverlap Overlap,
        bool NoTarget,
        bool PredictedNoTarget
    );
}
