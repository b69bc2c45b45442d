using OmgLlava.Data;
using OmgLlava.Data.Coco;
using OmgLlava.Evaluation.Metrics;
using OmgLlava.Evaluation.Runs;
using OmgLlava.Imaging;

namespace OmgLlava.Evaluation.Tasks;

/// <summary>The mask of the thing at one point, or in a box, without language. The point is the one deepest inside; the box is
/// the tightest.</summary>
/// <param name="objects">The things.</param>
/// <param name="box">Whether to give boxes; else points.</param>
/// <param name="largest">The largest object of a picture, for guessing; null for no guesses.</param>
/// <param name="name">What the task is called before the kind of prompt.</param>
public sealed class InteractiveTask(
    IReadOnlyList<NamedObject> objects,
    bool box,
    Func<string, Mask?>? largest,
    string name = "interactive"
) : EvaluationTask
{
    private readonly HashSet<(string Image, string Name)> _several =
    [
        .. objects.GroupBy(thing => (thing.ImagePath, thing.Name)).Where(group => group.Skip(1).Any()).Select(group => group.Key),
    ];

    private readonly int[] _visible = [.. Enumerable.Range(0, objects.Count).Where(i => !objects[i].Region.IsEmpty)];

    /// <inheritdoc/>
    public override string Name => $"{name}-{(box ? "box" : "point")}";

    /// <inheritdoc/>
    public override int Count => _visible.Length;

    /// <inheritdoc/>
    public override Probe Probe(int index)
    {
        NamedObject thing = objects[_visible[index]];
        return Runs.Probe.See(
            ProbeKind.Interactive,
            thing.Id,
            thing.ImagePath,
            ObjectPrompt.Of(thing.Region.ToMask(), box ? PromptKind.Box : PromptKind.Point)
        );
    }

    /// <inheritdoc/>
    public override Expectation Expected(int index)
    {
        NamedObject thing = objects[_visible[index]];
        return new Expectation("", [(thing.Name, thing.Region.ToMask())]);
    }

    /// <inheritdoc/>
    public override double Score(int index, Prediction prediction)
    {
        EncodedMask region = objects[_visible[index]].Region;
        return MaskOverlap.Of(prediction.FirstMask(region.Width, region.Height), region.ToMask()).IntersectionOverUnion;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Measure> Measure(IReadOnlyList<(int Index, Prediction Prediction)> predictions)
    {
        (double Iou, bool HasTwin)[] overlaps =
        [
            .. predictions.Select(pair => (Score(pair.Index, pair.Prediction), HasTwin(pair.Index))),
        ];
        return
        [
            Mean("mean IoU", overlaps.Select(overlap => overlap.Iou)),
            Mean("IoU of at least 0.85", overlaps.Select(overlap => overlap.Iou >= 0.85 ? 1.0 : 0)),
            // Nothing is said about a kind of things that the data does not have.
            .. (
                (Measure[])
                    [
                        Mean(
                            "mean IoU beside others of the kind",
                            overlaps.Where(overlap => overlap.HasTwin).Select(overlap => overlap.Iou)
                        ),
                        Mean(
                            "mean IoU of the only one",
                            overlaps.Where(overlap => !overlap.HasTwin).Select(overlap => overlap.Iou)
                        ),
                    ]
            ).Where(measure => measure.Samples > 0),
        ];

        static Measure Mean(string name, IEnumerable<double> values) =>
            new(name, values.DefaultIfEmpty(double.NaN).Average(), values.Count());
    }

    /// <summary>Whether the picture shows another thing of the same name, which a mask may run over to.</summary>
    private bool HasTwin(int index)
    {
        NamedObject thing = objects[_visible[index]];
        return _several.Contains((thing.ImagePath, thing.Name));
    }

    /// <inheritdoc/>
    public override Prediction? Guess(int index)
    {
        if (largest is null)
        {
            return null;
        }

        NamedObject thing = objects[_visible[index]];
        Mask mask = thing.Region.ToMask();
        Mask? guess = box ? ObjectPrompt.Filled(mask) : largest(thing.ImagePath);
        return new Prediction("", guess is null ? [] : [new PredictedSegment("", 1, guess.ToRle())]);
    }
}
