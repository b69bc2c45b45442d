namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// CIDEr-D (Vedantam et al. 2015) as coco-caption computes it: no stemming, document frequencies from the references of the set
/// itself, lengths counted in pairs of words. With a single picture every weight, and the score, is 0.
/// </summary>
public static class CiderScore
{
    private const int Orders = 4;
    private const double Sigma = 6;

    /// <summary>Scores the captions of a set, each 0 to 10; the mean is the score of the set.</summary>
    /// <param name="captions">The caption of each picture with the references to it, tokens parted by spaces.</param>
    public static IReadOnlyList<double> Scores(IReadOnlyList<CaptionSample> captions)
    {
        Dictionary<string, int>[][] references =
        [
            .. captions.Select(caption => caption.References.Select(text => NGrams.Count(NGrams.Words(text), Orders)).ToArray()),
        ];
        Dictionary<string, int> pictures = [];
        foreach (string gram in references.SelectMany(picture => picture.SelectMany(counts => counts.Keys).Distinct()))
        {
            pictures[gram] = pictures.GetValueOrDefault(gram) + 1;
        }

        double logCount = Math.Log(captions.Count);
        return
        [
            .. captions
                .AsParallel()
                .AsOrdered()
                .Select(
                    (caption, i) =>
                    {
                        Vector own = Weigh(NGrams.Count(NGrams.Words(caption.Candidate), Orders));
                        return references[i].Sum(counts => Similarity(own, Weigh(counts))) / references[i].Length * 10;
                    }
                ),
        ];

        Vector Weigh(Dictionary<string, int> counts)
        {
            Dictionary<string, double> weights = new(counts.Count);
            double[] norms = new double[Orders];
            double length = 0;
            foreach ((string gram, int count) in counts)
            {
                int order = NGrams.Order(gram) - 1;
                double weight = count * (logCount - Math.Log(Math.Max(1, pictures.GetValueOrDefault(gram))));
                weights.Add(gram, weight);
                norms[order] += weight * weight;
                length += order == 1 ? count : 0;
            }

            return new Vector(weights, [.. norms.Select(Math.Sqrt)], length);
        }
    }

    private static double Similarity(Vector own, Vector reference)
    {
        double[] similarity = new double[Orders];
        foreach ((string gram, double weight) in own.Weights)
        {
            double other = reference.Weights.GetValueOrDefault(gram);
            similarity[NGrams.Order(gram) - 1] += Math.Min(weight, other) * other;
        }

        double difference = own.Length - reference.Length;
        double penalty = Math.Exp(-(difference * difference) / (2 * Sigma * Sigma));
        double sum = 0;
        for (int n = 0; n < Orders; n++)
        {
            double norm = own.Norms[n] * reference.Norms[n];
            sum += (norm == 0 ? similarity[n] : similarity[n] / norm) * penalty;
        }

        return sum / Orders;
    }

    private sealed record Vector(Dictionary<string, double> Weights, double[] Norms, double Length);
}
