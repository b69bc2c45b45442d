namespace OmgLlava.Evaluation.Metrics;

/// <summary>What answers to multiple-choice questions scored, in fractions.</summary>
/// <param name="Questions">Number of questions, a question with its options turned around counted once.</param>
/// <param name="Accuracy">Share of questions right in every order of the options.</param>
/// <param name="SingleAccuracy">Share of right answers, each order of the options counted.</param>
/// <param name="Categories">Accuracy of each category, by name.</param>
public sealed record ChoiceScores(
    int Questions,
    double Accuracy,
    double SingleAccuracy,
    IReadOnlyDictionary<string, double> Categories
);
