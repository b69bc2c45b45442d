// Evaluates with this software: panoptic|segm|bbox FOLDER. Prints the numbers alone, as peer.py does.
using System.Globalization;
using OmgLlava.Evaluation.Metrics;

(string what, string folder) = (args[0], args[1]);
IEnumerable<double> numbers = what == "panoptic" ? Panoptic() : Detection(what == "segm" ? CocoMatchOn.Masks : CocoMatchOn.Boxes);
foreach (double number in numbers)
{
    Console.WriteLine(number.ToString("F9", CultureInfo.InvariantCulture));
}

IEnumerable<double> Panoptic()
{
    PanopticResult result = PanopticEvaluator.Evaluate(
        PanopticSet.Load(Path.Combine(folder, "gt.json")),
        PanopticSet.Load(Path.Combine(folder, "pred.json"))
    );
    return new[] { result.All, result.Things, result.Stuff }.SelectMany(summary =>
        new[] { summary.Scores.Quality, summary.Scores.Segmentation, summary.Scores.Recognition }
    );
}

IEnumerable<double> Detection(CocoMatchOn matchOn)
{
    CocoGroundTruth truth = CocoGroundTruth.Load(Path.Combine(folder, "instances.json"), masks: matchOn == CocoMatchOn.Masks);
    IReadOnlyList<CocoDetection> found = CocoResults.Load(
        Path.Combine(folder, "results.json"),
        truth,
        masks: matchOn == CocoMatchOn.Masks
    );
    return CocoEvaluator.Evaluate(truth, found, new CocoEvaluationOptions { MatchOn = matchOn }).Numbers;
}
