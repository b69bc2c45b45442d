using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>COCO instance segmentation by perception alone: the twelve numbers of mask AP and AR.</summary>
/// <param name="instances">The data set.</param>
/// <param name="images">Folder of the pictures.</param>
public sealed class InstanceTask(Data.Coco.CocoInstances instances, string images) : EvaluationTask
{
    private readonly Lazy<CocoGroundTruth> _truth = new(() => CocoGroundTruth.Load(instances.Path));

    /// <inheritdoc/>
    public override string Name => "instances";

    /// <inheritdoc/>
    public override int Count => instances.Images.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.See(
            ProbeKind.Instances,
            $"{instances.Images[index].Id}",
            Path.Combine(images, instances.Images[index].FileName)
        );

    /// <inheritdoc/>
    public override Expectation Expected(int index) =>
        new(
            "",
            [
                .. instances
                    .OfImage(instances.Images[index].Id)
                    .Select(annotation => (instances.CategoryOf(annotation).Name, instances.RegionOf(annotation).ToMask())),
            ]
        );

    /// <summary>AP50 of the picture.</summary>
    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        Math.Max(0, Evaluate([(index, prediction)]).AveragePrecision50);

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        IReadOnlyList<double> numbers = Evaluate(predictions).Numbers;
        return [.. CocoEvaluationResult.NumberNames.Zip(numbers, (name, number) => new Measure(name, number, predictions.Count))];
    }

    /// <inheritdoc/>
    public override void Check(OmgLlavaModel model) => ClassMap.Create(model.ClassNames, Names(), "the instances");

    private CocoEvaluationResult Evaluate(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        IReadOnlyDictionary<string, int> classes = ClassMap.Create(
            [.. predictions.SelectMany(pair => pair.Prediction.Segments).Select(segment => segment.Phrase)],
            Names(),
            "the instances",
            required: false
        );
        CocoDetection[] detections =
        [
            .. predictions.SelectMany(pair =>
                pair.Prediction.Segments.Where(segment => segment.Mask is not null && classes.ContainsKey(segment.Phrase))
                    .Select(segment =>
                        CocoDetection.FromMask(
                            instances.Images[pair.Index].Id,
                            instances.Categories[classes[segment.Phrase]].Id,
                            segment.Score,
                            segment.Mask!
                        )
                    )
            ),
        ];
        return CocoEvaluator.Evaluate(
            _truth.Value,
            detections,
            new CocoEvaluationOptions { ImageIds = [.. predictions.Select(pair => instances.Images[pair.Index].Id)] }
        );
    }

    private string[] Names() => [.. instances.Categories.Select(category => category.Name)];
}
