using System.Security.Cryptography;
using System.Text.Json;
using OmgLlava.Evaluation.Metrics;

namespace OmgLlava.MetricGoldens;

/// <summary>Panoptic quality against panopticapi.</summary>
public class PanopticGolden
{
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Panoptic)]
    public void Matches(string name) =>
        MetricCase.Run(
            name,
            "synthetic",
            golden =>
                Compare(
                    golden,
                    PanopticEvaluator.Evaluate(Truth(golden), Predictions(golden)),
                    golden.Read("expected.json").GetProperty("synthetic")
                )
        );

    /// <summary>Not perfect: the crowds are void to the ground truth but segments to the prediction, and areas come from the
    /// file.</summary>
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Panoptic)]
    public void Ground_truth_against_itself(string name) =>
        MetricCase.Run(
            name,
            "gt_against_itself",
            golden =>
                Compare(
                    golden,
                    PanopticEvaluator.Evaluate(Truth(golden), Truth(golden)),
                    golden.Read("expected.json").GetProperty("gt_against_itself")
                )
        );

    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Panoptic)]
    public void Misfits_are_told_in_the_reference_words(string name) =>
        MetricCase.Run(
            name,
            "errors",
            golden =>
            {
                foreach (JsonElement error in golden.Read("expected.json").GetProperty("errors").EnumerateArray())
                {
                    PanopticSet predictions = Edit(Predictions(golden), error.GetProperty("edit"));
                    string message = Assert
                        .Throws<OmgLlavaException>(() => PanopticEvaluator.Evaluate(Truth(golden), predictions))
                        .Message;
                    golden.Equal(error.GetProperty("kind").GetString()!, message, error.GetProperty("message").GetString()!);
                }
            }
        );

    /// <summary>The sample of the panopticapi repository is somebody else's data; where it is at hand, it is checked
    /// too.</summary>
    [Theory(SkipTestWithoutData = true), MetricData(MetricFolder.Panoptic)]
    public void Sample_of_panopticapi(string name)
    {
        const string Variable = "OMG_PANOPTIC_SAMPLE";
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            MetricCase.Skip(name, "panopticapi_sample", $"set {Variable} to the folder sample_data of panopticapi");
            return;
        }

        MetricCase.Run(
            name,
            "panopticapi_sample",
            golden =>
            {
                JsonElement sample = golden.Read("expected.json").GetProperty("panopticapi_sample");
                foreach (JsonProperty file in sample.GetProperty("sha256").EnumerateObject())
                {
                    string path = Directory.EnumerateFiles(folder, file.Name, SearchOption.AllDirectories).First();
                    golden.Equal(
                        file.Name,
                        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
                        file.Value.GetString()!
                    );
                }

                PanopticSet truth = PanopticSet.Load(Path.Combine(folder, "panoptic_examples.json"));
                HashSet<long> categories = [.. truth.Categories.Select(category => category.Id)];
                Compare(golden, Evaluate((picture, _) => picture), sample.GetProperty("identity"));
                PanopticResult shifted = Evaluate(
                    (picture, width) => Shift(picture, width, sample.GetProperty("shift").GetInt32())
                );
                Compare(golden, shifted, sample.GetProperty("shifted"));
                CompareCounts(golden, shifted, sample.GetProperty("shifted_counters"));

                PanopticResult Evaluate(Func<PanopticPicture, int, PanopticPicture> predict) =>
                    PanopticQuality.Sum(
                        truth.Categories,
                        truth.Pictures.Select(entry =>
                        {
                            LabelMap map = LabelMapFile.LoadIds(Path.Combine(truth.Folder, entry.FileName));
                            var picture = new PanopticPicture(map.Ids, entry.Segments);
                            return PanopticQuality.Compare(entry.ImageId, picture, predict(picture, map.Width), categories);
                        })
                    );
            }
        );
    }

    /// <summary>The rule that the prediction was made by: everything moves to the right, and of the segments every fifth becomes
    /// void.</summary>
    private static PanopticPicture Shift(PanopticPicture picture, int width, int columns)
    {
        HashSet<long> gone = [.. picture.Segments.Where((_, i) => i % 5 == 4).Select(segment => segment.Id)];
        uint[] map =
        [
            .. picture.Map.Select(
                (_, i) => i % width < columns || gone.Contains(picture.Map[i - columns]) ? 0 : picture.Map[i - columns]
            ),
        ];
        HashSet<uint> present = [.. map];
        return new PanopticPicture(map, [.. picture.Segments.Where(segment => present.Contains((uint)segment.Id))]);
    }

    private static PanopticSet Truth(MetricCase golden) => PanopticSet.Load(golden.PathOf("gt.json"));

    private static PanopticSet Predictions(MetricCase golden) => PanopticSet.Load(golden.PathOf("pred.json"));

    private static void Compare(MetricCase golden, PanopticResult result, JsonElement expected)
    {
        CompareSummary("All", result.All);
        CompareSummary("Things", result.Things);
        CompareSummary("Stuff", result.Stuff);
        foreach (JsonProperty category in expected.GetProperty("per_class").EnumerateObject())
        {
            CompareScores(category.Name, result.CountsOf(long.Parse(category.Name, null)).Scores, category.Value);
        }

        if (expected.TryGetProperty("counters", out JsonElement counters))
        {
            CompareCounts(golden, result, counters);
        }

        void CompareSummary(string label, PanopticSummary summary)
        {
            CompareScores(label, summary.Scores, expected.GetProperty(label));
            golden.Equal($"{label}.n", summary.Classes, expected.GetProperty(label).GetProperty("n").GetInt32());
        }

        void CompareScores(string label, PanopticScores scores, JsonElement values)
        {
            golden.Number($"{label}.pq", scores.Quality, values.GetProperty("pq"));
            golden.Number($"{label}.sq", scores.Segmentation, values.GetProperty("sq"));
            golden.Number($"{label}.rq", scores.Recognition, values.GetProperty("rq"));
        }
    }

    private static void CompareCounts(MetricCase golden, PanopticResult result, JsonElement counters)
    {
        foreach (JsonProperty category in counters.EnumerateObject())
        {
            PanopticCounts counts = result.CountsOf(long.Parse(category.Name, null));
            golden.Equal($"{category.Name}.tp", counts.TruePositives, category.Value.GetProperty("tp").GetInt64());
            golden.Equal($"{category.Name}.fp", counts.FalsePositives, category.Value.GetProperty("fp").GetInt64());
            golden.Equal($"{category.Name}.fn", counts.FalseNegatives, category.Value.GetProperty("fn").GetInt64());
            golden.Number($"{category.Name}.iou", counts.IouSum, category.Value.GetProperty("iou"));
        }
    }

    /// <summary>Makes the edit that the reference answered with an error.</summary>
    private static PanopticSet Edit(PanopticSet set, JsonElement edit)
    {
        if (edit.TryGetProperty("remove_prediction_for_image_id", out JsonElement removed))
        {
            return set with { Pictures = [.. set.Pictures.Where(picture => picture.ImageId != removed.GetInt64())] };
        }

        long image = edit.GetProperty("image_id").GetInt64();
        return set with
        {
            Pictures =
            [
                .. set.Pictures.Select(picture =>
                    picture.ImageId == image ? picture with { Segments = [.. Edited(picture.Segments)] } : picture
                ),
            ],
        };

        IEnumerable<MeasuredSegment> Edited(IEnumerable<MeasuredSegment> segments)
        {
            if (edit.TryGetProperty("remove_segment_id", out JsonElement gone))
            {
                return segments.Where(segment => segment.Id != gone.GetInt64());
            }

            if (edit.TryGetProperty("add_segment", out JsonElement added))
            {
                return segments.Append(
                    new MeasuredSegment(added.GetProperty("id").GetInt64(), added.GetProperty("category_id").GetInt64())
                );
            }

            long changed = edit.GetProperty("segment_id").GetInt64();
            long category = edit.GetProperty("set_category_id").GetInt64();
            return segments.Select(segment => segment.Id == changed ? segment with { CategoryId = category } : segment);
        }
    }
}
