namespace OmgLlava.Evaluation.Metrics;

/// <summary>Words of the test that stand for words of the reference.</summary>
/// <param name="Stage">The stage that found them.</param>
/// <param name="Reference">Index of the first word in the reference.</param>
/// <param name="ReferenceLength">Number of words there.</param>
/// <param name="Test">Index of the first word in the test.</param>
/// <param name="TestLength">Number of words there.</param>
internal sealed record MeteorMatch(int Stage, int Reference, int ReferenceLength, int Test, int TestLength);
