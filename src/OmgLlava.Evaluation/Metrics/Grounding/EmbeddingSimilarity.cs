using System.Collections.Concurrent;

namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// The cosine of two embeddings, from any model that makes a vector of a text. The published scripts take the mean of the last
/// hidden states of bert-base-uncased.
/// </summary>
/// <param name="name">What the model is called in reports.</param>
/// <param name="embed">Makes the vector of a text; all vectors have one length.</param>
public sealed class EmbeddingSimilarity(string name, Func<string, IReadOnlyList<float>> embed) : ITextSimilarity
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<float>> _embeddings = new();

    /// <inheritdoc/>
    public string Name => $"cosine of embeddings by {name}";

    /// <inheritdoc/>
    public double Compare(string truth, string prediction)
    {
        IReadOnlyList<float> a = _embeddings.GetOrAdd(truth, embed);
        IReadOnlyList<float> b = _embeddings.GetOrAdd(prediction, embed);
        if (a.Count != b.Count)
        {
            throw new ArgumentException($"{name} gave vectors of {a.Count} and {b.Count} numbers.");
        }

        (double dot, double lengthA, double lengthB) = (0, 0, 0);
        for (int i = 0; i < a.Count; i++)
        {
            (dot, lengthA, lengthB) = (
                dot + ((double)a[i] * b[i]),
                lengthA + ((double)a[i] * a[i]),
                lengthB + ((double)b[i] * b[i])
            );
        }

        return dot == 0 ? 0 : dot / Math.Sqrt(lengthA * lengthB);
    }
}
