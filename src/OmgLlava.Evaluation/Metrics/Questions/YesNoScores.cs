namespace OmgLlava.Evaluation.Metrics;

/// <summary>What answers to yes-or-no questions scored; "yes" is what is to be found. 0 where the published script would divide
/// by zero.</summary>
/// <param name="Questions">Number of questions.</param>
/// <param name="Accuracy">Share of right answers.</param>
/// <param name="Precision">Share of the answers "yes" that are right.</param>
/// <param name="Recall">Share of the questions whose answer is yes that got it.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="YesRate">Share of answers "yes".</param>
public sealed record YesNoScores(int Questions, double Accuracy, double Precision, double Recall, double F1, double YesRate);
