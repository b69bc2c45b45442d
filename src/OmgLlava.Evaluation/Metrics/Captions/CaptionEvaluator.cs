namespace OmgLlava.Evaluation.Metrics;

/// <summary>Scores captions as coco-caption does. CIDEr depends on the whole set, so captions are scored together.</summary>
public static class CaptionEvaluator
{
    /// <summary>Scores a set of captions.</summary>
    /// <param name="captions">The captions; one of each picture or region.</param>
    /// <param name="meteor">Computes METEOR; null to leave it out.</param>
    /// <param name="tokenize">Whether to cut the captions as coco-caption does; false for captions that are tokens parted by
    /// spaces.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="OmgLlavaException">There is no caption, or one has no reference.</exception>
    public static CaptionResult Evaluate(
        IReadOnlyList<CaptionSample> captions,
        MeteorScorer? meteor = null,
        bool tokenize = true,
        CancellationToken cancellation = default
    )
    {
        if (captions.Count == 0)
        {
            throw new OmgLlavaException("There are no captions to score.");
        }

        if (captions.Index().FirstOrDefault(caption => caption.Item.References.Count == 0) is { Item: not null } bare)
        {
            throw new OmgLlavaException($"Caption {bare.Index} ('{bare.Item.Candidate}') has no reference to compare it with.");
        }

        var cut = new CaptionSample[captions.Count];
        var counts = new MeteorStatistics?[captions.Count];
        ParallelWork.For(
            captions.Count,
            i =>
            {
                cut[i] = tokenize
                    ? new CaptionSample(
                        PtbTokenizer.Tokenize(captions[i].Candidate),
                        [.. captions[i].References.Select(PtbTokenizer.Tokenize)]
                    )
                    : captions[i];
                counts[i] = meteor?.Compare(cut[i].Candidate, cut[i].References);
            },
            cancellation
        );

        var bleu = new BleuScore();
        IReadOnlyList<double> cider = CiderScore.Scores(cut);
        CaptionScores[] samples =
        [
            .. cut.Select(
                (caption, i) =>
                    new CaptionScores(
                        bleu.Add(caption.Candidate, caption.References),
                        RougeL.Score(caption.Candidate, caption.References),
                        cider[i],
                        counts[i] is { } count ? meteor!.Score(count) : null
                    )
            ),
        ];
        var overall = new CaptionScores(
            bleu.Scores(),
            samples.Average(sample => sample.RougeL),
            cider.Average(),
            Pool(meteor, counts)
        );
        return new CaptionResult(overall, samples, meteor?.Description);
    }

    private static double? Pool(MeteorScorer? meteor, MeteorStatistics?[] counts)
    {
        if (meteor is null)
        {
            return null;
        }

        var sum = new MeteorStatistics();
        foreach (MeteorStatistics count in counts.OfType<MeteorStatistics>())
        {
            sum.Add(count);
        }

        return meteor.Score(sum);
    }
}
