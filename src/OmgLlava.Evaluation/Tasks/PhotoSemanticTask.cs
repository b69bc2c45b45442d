using OmgLlava.Data.Photos;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>
/// The class of every pixel of VOC's photographs by perception alone, of some of the classes. Everything that the model does not
/// find, or finds to be something that VOC has no class for, is background.
/// </summary>
/// <param name="photos">The photographs.</param>
/// <param name="counted">The classes whose mean is given.</param>
public sealed class PhotoSemanticTask(VocPhotos photos, IReadOnlyList<string> counted) : EvaluationTask
{
    private readonly string[] _classes = ["background", .. photos.Classes.Select(c => c.Name)];

    /// <inheritdoc/>
    public override string Name => "voc-semantic";

    /// <inheritdoc/>
    public override int Count => photos.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) => Runs.Probe.See(ProbeKind.Panoptic, $"{index}", photos.ImagePath(index));

    /// <inheritdoc/>
    public override Expectation Expected(int index)
    {
        byte[] labels = photos.ReadClasses(index, out int width, out int height);
        return new Expectation(
            "",
            [
                .. labels
                    .Distinct()
                    .Where(label => label > 0 && label < _classes.Length)
                    .Order()
                    .Select(label =>
                        (_classes[label], new Mask(width, height, Array.ConvertAll(labels, other => other == label)))
                    ),
            ]
        );
    }

    /// <summary>Mean IoU over the counted classes of the photograph.</summary>
    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        MeanOf(Confusion([(index, prediction)])) is var mean && double.IsNaN(mean) ? 0 : mean;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        ConfusionMatrix matrix = Confusion(predictions);
        IReadOnlyList<double> iou = matrix.Scores().Iou;
        (double Score, bool Right)[] named = [.. predictions.SelectMany(pair => Judge(pair.Index, pair.Prediction))];
        double right = named.Select(answer => answer.Right ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();
        return
        [
            new Measure($"mean IoU of {counted.Count} classes", MeanOf(matrix), predictions.Count),
            .. _classes
                .Index()
                .Where(c => c.Index == 0 || counted.Contains(c.Item))
                .Select(c => new Measure($"IoU, {c.Item}", iou[c.Index], predictions.Count)),
            new Measure("names that are right", right, named.Length),
            new Measure("expected calibration error of names", Calibration.ExpectedError(named), named.Length),
        ];
    }

    /// <summary>
    /// The score of each segment, and whether most of its pixels are of the class that it is named. What lies on the background
    /// and is named as VOC names nothing cannot be judged.
    /// </summary>
    private IEnumerable<(double Score, bool Right)> Judge(int index, Prediction prediction)
    {
        byte[] labels = photos.ReadClasses(index, out _, out _);
        foreach (PredictedSegment segment in prediction.Segments.Where(segment => segment.Mask is not null))
        {
            bool[] inside = segment.Mask!.ToPixels();
            int[] counts = new int[_classes.Length];
            for (int i = 0; i < labels.Length; i++)
            {
                if (inside[i] && labels[i] < counts.Length)
                {
                    counts[labels[i]]++;
                }
            }

            int most = Array.IndexOf(counts, counts.Max());
            int name = Array.IndexOf(_classes, segment.Phrase);
            if (most > 0 || name > 0)
            {
                yield return (segment.Score, most == name);
            }
        }
    }

    private double MeanOf(ConfusionMatrix matrix)
    {
        IReadOnlyList<double> iou = matrix.Scores().Iou;
        return counted
            .Select(name => iou[Array.IndexOf(_classes, name)])
            .Where(value => !double.IsNaN(value))
            .DefaultIfEmpty(double.NaN)
            .Average();
    }

    private ConfusionMatrix Confusion(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var matrix = new ConfusionMatrix(_classes.Length);
        foreach ((int index, Prediction prediction) in predictions)
        {
            byte[] labels = photos.ReadClasses(index, out int width, out int height);
            uint[] found = new uint[labels.Length];
            foreach (PredictedSegment segment in prediction.Segments.Where(segment => segment.Mask is not null))
            {
                int label = Math.Max(0, Array.IndexOf(_classes, segment.Phrase));
                bool[] inside = segment.Mask!.ToPixels();
                for (int i = 0; i < found.Length; i++)
                {
                    found[i] = inside[i] ? (uint)label : found[i];
                }
            }

            matrix.Add(
                new LabelMap(width, height, Array.ConvertAll(labels, label => (uint)label)),
                new LabelMap(width, height, found)
            );
        }

        return matrix;
    }
}
