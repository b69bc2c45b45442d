using OmgLlava.Data.Semantic;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>
/// The class of every pixel by perception alone. The model's classes are those of the data set by their names; a pixel of another
/// class is wrong, but for no class.
/// </summary>
/// <param name="set">The pictures.</param>
public sealed class SemanticTask(SemanticSet set) : EvaluationTask
{
    /// <inheritdoc/>
    public override string Name => "semantic";

    /// <inheritdoc/>
    public override int Count => set.Samples.Count;

    /// <inheritdoc/>
    public override Probe Probe(int index) =>
        Runs.Probe.See(ProbeKind.Semantic, set.Samples[index].Id, set.Samples[index].ImagePath);

    /// <inheritdoc/>
    public override Expectation Expected(int index)
    {
        SemanticLabels labels = set.ReadLabels(set.Samples[index]);
        return new Expectation(
            "",
            [
                .. labels
                    .Classes.Distinct()
                    .Where(label => label != SemanticLabels.Ignored)
                    .Order()
                    .Select(label => (set.ClassNames[label], labels.MaskOf(label))),
            ]
        );
    }

    /// <summary>mIoU over the classes of the picture.</summary>
    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction) =>
        Confusion([(index, prediction)]).Scores().MeanIou is var mean && double.IsNaN(mean) ? 0 : mean;

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        SemanticScores scores = Confusion(predictions).Scores();
        int n = predictions.Count;
        return
        [
            new Measure("mIoU", scores.MeanIou, n),
            new Measure("mAcc", scores.MeanAccuracy, n),
            new Measure("aAcc", scores.PixelAccuracy, n),
            new Measure("fwIoU", scores.FrequencyWeightedIou, n),
        ];
    }

    /// <inheritdoc/>
    public override void Check(OmgLlavaModel model) => ClassMap.Create(model.ClassNames, set.ClassNames, "the data set");

    private ConfusionMatrix Confusion(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        var matrix = new ConfusionMatrix(set.ClassNames.Count);
        foreach ((int index, Prediction prediction) in predictions)
        {
            SemanticLabels labels = set.ReadLabels(set.Samples[index]);
            matrix.Add(
                new LabelMap(labels.Width, labels.Height, Array.ConvertAll(labels.Classes, label => (uint)label)),
                Map(labels, prediction)
            );
        }

        return matrix;
    }

    private LabelMap Map(SemanticLabels labels, Prediction prediction)
    {
        uint[] map = new uint[labels.Classes.Length];
        Array.Fill(map, (uint)set.ClassNames.Count); // no class
        IReadOnlyDictionary<string, int> classes =
            prediction.Segments.Count == 0
                ? new Dictionary<string, int>()
                : ClassMap.Create(
                    [.. prediction.Segments.Select(segment => segment.Phrase)],
                    set.ClassNames,
                    "the data set",
                    required: false
                );
        foreach (
            PredictedSegment segment in prediction.Segments.Where(segment =>
                segment.Mask is not null && classes.ContainsKey(segment.Phrase)
            )
        )
        {
            bool[] inside = segment.Mask!.ToPixels();
            for (int i = 0; i < map.Length; i++)
            {
                map[i] = inside[i] ? (uint)classes[segment.Phrase] : map[i];
            }
        }

        return new LabelMap(labels.Width, labels.Height, map);
    }
}
