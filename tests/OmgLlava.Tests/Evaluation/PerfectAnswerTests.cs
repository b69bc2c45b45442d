using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Suites;
using OmgLlava.Tests.Data;

namespace OmgLlava.Tests.Evaluation;

/// <summary>Every suite on its fixture: who gives what is expected gets full marks, and who gives nothing does not.</summary>
public class PerfectAnswerTests
{
    private static readonly string[] Shares = ["METEOR", "CIDEr"]; // have no fixed best

    public static TheoryData<string, string, string?> Suites =>
        new()
        {
            { "folder", "folder", null },
            { "refcoco", "refer", "train" },
            { "refcoco", "refer", "testB" },
            { "refcocog", "refer", "val" },
            { "grefcoco", "refer", "val" },
            { "reasonseg", "reason_seg", "val" },
            { "gcg", "gcg", "val" },
            { "region-caption", "region_caption", null },
            { "coco-panoptic", "coco", "val2017" },
            { "coco-instances", "coco", "val2017" },
            { "coco-interactive", "coco", "val2017" },
            { "ade20k", "ade20k", "validation" },
            { "coco-stuff", "coco_stuff", "train2017" },
            { "pope", "pope", null },
            { "mmbench", "mmbench/MMBench_DEV_EN.tsv", null },
        };

    [Theory]
    [MemberData(nameof(Suites))]
    public void What_is_expected_gets_full_marks_and_nothing_gets_fewer(string suite, string data, string? split)
    {
        string? images = suite == "coco-stuff" ? Path.Combine(Fixture.Folder(data), "images") : null;
        IReadOnlyList<EvaluationTask> tasks = EvaluationSuites
            .Find(suite)!
            .Open(new SuiteData(Fixture.Folder(data), split, images));
        Assert.NotEmpty(tasks);
        foreach (EvaluationTask task in tasks)
        {
            int[] all = [.. Enumerable.Range(0, task.Count)];
            Assert.NotEmpty(all);
            (int, Prediction)[] perfect = [.. all.Select(i => (i, Perfect(task.Expected(i))))];
            (int, Prediction)[] nothing = [.. all.Select(i => (i, new Prediction("", [])))];
            Assert.All(perfect, pair => Assert.Equal(1, task.Score(pair.Item1, pair.Item2), 4));
            Assert.Contains(nothing, pair => task.Score(pair.Item1, pair.Item2) < 0.5);
            IReadOnlyList<Measure> best = task.Measure(perfect);
            IReadOnlyList<Measure> worst = task.Measure(nothing);
            foreach ((Measure good, Measure bad) in best.Zip(worst))
            {
                Assert.Equal(good.Name, bad.Name);
                if (good.Name is "yes rate" || good.Value < 0)
                {
                    continue; // -1: there are no objects of that size
                }

                double most = good.Name.Contains("wrong", StringComparison.Ordinal) ? 0 : 1;
                if (
                    !Shares.Any(share => good.Name.StartsWith(share, StringComparison.Ordinal))
                    && !good.Name.StartsWith("AR1", StringComparison.Ordinal)
                )
                {
                    Assert.Equal(most, good.Value, 3);
                }
            }

            Assert.NotEqual(best[0].Value, worst[0].Value);
        }
    }

    [Fact]
    public void Who_does_not_look_is_counted_beside_every_task_of_a_folder()
    {
        foreach (EvaluationTask task in EvaluationSuites.Find("folder")!.Open(new SuiteData(Fixture.Folder("folder"))))
        {
            (int, Prediction)[] guesses = [.. Enumerable.Range(0, task.Count).Select(i => (i, task.Guess(i)!))];
            Assert.All(guesses, guess => Assert.NotNull(guess.Item2));
            Assert.All(
                task.Measure(guesses),
                measure => Assert.True(double.IsFinite(measure.Value), $"{task.Name} {measure.Name}")
            );
        }
    }

    [Fact]
    public void Refusals_are_counted_both_ways()
    {
        EvaluationTask task = EvaluationSuites
            .Find("folder")!
            .Open(new SuiteData(Fixture.Folder("folder")))
            .Single(task => task.Name == "referring");
        Measure[] measures = [.. task.Measure([.. Enumerable.Range(0, task.Count).Select(i => (i, new Prediction("", [])))])];
        Assert.Equal(1, measures.Single(measure => measure.Name == "right refusals").Value);
        Assert.Equal(1, measures.Single(measure => measure.Name == "wrong refusals").Value);
        Assert.Equal(1, measures.Single(measure => measure.Name == "right refusals").Samples);
        Assert.Equal(3, measures.Single(measure => measure.Name == "wrong refusals").Samples);
    }

    private static Prediction Perfect(Expectation expected) =>
        new(
            expected.Text == "nothing" ? "" : expected.Text.Split(" | ")[0],
            [
                .. expected
                    .Masks.Where(entry => entry.Label != "ignored")
                    .Select(entry => new PredictedSegment(entry.Label, 1, entry.Mask.ToRle())),
            ]
        );
}
