using OmgLlava.Imaging;
using OmgLlava.Language;

namespace OmgLlava.Evaluation.Runs;

/// <summary>Puts samples to the model, some at a time; each gets what it would get alone.</summary>
/// <param name="model">The model.</param>
internal sealed class ModelRunner(OmgLlavaModel model)
{
    /// <summary>Runs samples of the same kind.</summary>
    /// <param name="probes">The samples.</param>
    /// <param name="images">Their pictures; samples about the same one have the same object.</param>
    /// <param name="maxNewTokens">Most tokens of an answer.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public Prediction[] Run(
        IReadOnlyList<Probe> probes,
        IReadOnlyList<RgbImage> images,
        int maxNewTokens,
        CancellationToken cancellation
    ) => probes[0].Kind == ProbeKind.Ask ? Ask(probes, images, maxNewTokens, cancellation) : See(probes, images, cancellation);

    private Prediction[] Ask(
        IReadOnlyList<Probe> probes,
        IReadOnlyList<RgbImage> images,
        int maxNewTokens,
        CancellationToken cancellation
    )
    {
        var options = new GenerationOptions { MaxNewTokens = maxNewTokens };
        var predictions = new Prediction[probes.Count];
        int[] open = [.. Enumerable.Range(0, probes.Count)];
        for (int attempt = 0; open.Length > 0; attempt++)
        {
            ImageQuestion[] questions =
            [
                .. open.Select(i => new ImageQuestion(
                    images[i],
                    attempt == 0 ? probes[i].Question : probes[i].Retries[attempt - 1],
                    probes[i].Prompts
                )),
            ];
            foreach ((int i, Reply reply) in open.Zip(model.AskBatch(questions, options, cancellation)))
            {
                predictions[i] = new Prediction(reply.Text, [.. reply.Segments.Select(Segment)], reply.Complete);
            }

            open = [.. open.Where(i => predictions[i].IsRefusal && probes[i].Retries.Count > attempt)];
        }

        return predictions;
    }

    private Prediction[] See(IReadOnlyList<Probe> probes, IReadOnlyList<RgbImage> images, CancellationToken cancellation)
    {
        RgbImage[] pictures = [.. images.Distinct(ReferenceEqualityComparer.Instance).Cast<RgbImage>()];
        IReadOnlyList<PerceivedImage> seen = model.Perceive(pictures, cancellation);
        try
        {
            var predictions = new Prediction[probes.Count];
            for (int i = 0; i < predictions.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                predictions[i] = See(probes[i], seen[Array.IndexOf(pictures, images[i])], images[i]);
            }

            return predictions;
        }
        finally
        {
            foreach (PerceivedImage image in seen)
            {
                image.Dispose();
            }
        }
    }

    private Prediction See(Probe probe, PerceivedImage image, RgbImage picture) =>
        probe.Kind switch
        {
            ProbeKind.Interactive => new Prediction(
                "",
                [.. model.Interactive(image, probe.Prompts, () => picture).Select(Segment)]
            ),
            ProbeKind.Panoptic => new Prediction("", Named(model.Panoptic(image))),
            ProbeKind.Instances => new Prediction("", Named(model.Instances(image))),
            ProbeKind.Semantic => new Prediction("", Classes(model.Semantic(image))),
            _ => throw new ArgumentOutOfRangeException(nameof(probe)),
        };

    private static PredictedSegment Segment(Segment segment) => new(segment.Phrase, segment.Score, segment.Mask?.ToRle());

    private static PredictedSegment[] Named(SegmentationResult result) =>
        [.. result.Objects.Select(thing => new PredictedSegment(result.NameOf(thing), thing.Score, thing.Mask.ToRle()))];

    private static PredictedSegment[] Classes(SemanticResult result)
    {
        int[] classes = [.. result.Classes];
        return
        [
            .. classes
                .Distinct()
                .Order()
                .Select(index => new PredictedSegment(
                    result.ClassNames[index],
                    1,
                    CocoRle.FromPixels(result.Width, result.Height, Array.ConvertAll(classes, c => c == index))
                )),
        ];
    }
}
