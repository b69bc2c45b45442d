namespace OmgLlava.Evaluation.Metrics;

/// <summary>Tells how much two phrases mean the same. Used by several threads at once.</summary>
public interface ITextSimilarity
{
    /// <summary>What it is called in reports.</summary>
    string Name { get; }

    /// <summary>The similarity of two phrases; 1 for the same meaning, about 0 for nothing in common.</summary>
    /// <param name="truth">The phrase of the ground truth.</param>
    /// <param name="prediction">The predicted phrase.</param>
    double Compare(string truth, string prediction);
}
