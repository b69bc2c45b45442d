using OmgLlava.Data.Photos;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Evaluation.Tasks;
using OmgLlava.Imaging;
using OmgLlava.Tests.Data;

namespace OmgLlava.Tests.Evaluation;

public class CalibrationTests
{
    [Fact]
    public void Scores_that_say_how_often_they_are_right_have_no_error()
    {
        (double, bool)[] trusty =
        [
            .. Enumerable.Range(0, 10).Select(i => (0.9, i > 0)),
            .. Enumerable.Range(0, 4).Select(i => (0.25, i == 0)),
        ];
        Assert.Equal(0, Calibration.ExpectedError(trusty), 1e-12);
        Assert.Equal(1, Calibration.ExpectedError([(1.0, false), (0.0, true)]), 1e-12);
        // three bins: |2.75 - 2| of 3, |0.42 - 1| of 1, |0.1 - 0| of 1
        (double, bool)[] some = [(0.91, true), (0.92, true), (0.92, false), (0.42, true), (0.1, false)];
        Assert.Equal((0.75 + 0.58 + 0.1) / 5, Calibration.ExpectedError(some), 1e-12);
        Assert.True(double.IsNaN(Calibration.ExpectedError([])));
    }

    [Fact]
    public void Names_of_segments_are_judged_where_the_photograph_can_tell()
    {
        const byte Cat = 8;
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["JPEGImages", "SegmentationClassAug", "ImageSets"])
        {
            Directory.CreateDirectory(folder[name]);
        }

        File.WriteAllText(folder["ImageSets/val.txt"], "a\n");
        File.WriteAllBytes(folder["JPEGImages/a.jpg"], []);
        File.WriteAllBytes(folder["SegmentationClassAug/a.png"], PalettePng.Write(4, [Cat, Cat, 255, 0, Cat, Cat, 255, 0]));
        var task = new PhotoSemanticTask(new VocPhotos(folder.Path, "val"), ["cat"]);
        PredictedSegment[] segments =
        [
            Segment("cat", 0.9, 0, 1, 4), // right
            Segment("lion", 0.9, 5, 2), // wrong: a cat is there
            Segment("dog", 0.7, 3, 7), // wrong: nothing of VOC's is there
            Segment("lamp", 0.7, 3, 7), // may be true
        ];
        IReadOnlyList<Measure> measures = task.Measure([(0, new Prediction("", segments))]);
        Measure right = Assert.Single(measures, measure => measure.Name == "names that are right");
        Assert.Equal((1 / 3.0, 3), (right.Value, right.Samples));
        Measure error = Assert.Single(measures, measure => measure.Name == "expected calibration error of names");
        Assert.Equal((0.8 + 0.7) / 3, error.Value, 1e-9);
    }

    private static PredictedSegment Segment(string name, double score, params int[] pixels) =>
        new(name, score, new Mask(4, 2, [.. Enumerable.Range(0, 8).Select(pixels.Contains)]).ToRle());
}
