namespace OmgLlava.Verification;

/// <summary>What one executor answered to the fixed question, and how far it is from the first that ran.</summary>
/// <param name="Name">The executor and its precision.</param>
/// <param name="Skipped">Why it did not run; null where it did.</param>
/// <param name="Seconds">Time of looking and answering, without loading.</param>
/// <param name="Text">The answer as the tokenizer writes it, with special tokens.</param>
/// <param name="Tokens">The answer's token ids.</param>
/// <param name="Differences">Place by place in the order of computing, from the first executor; empty for that one.</param>
/// <param name="Parts">The first place where the difference is more than the precision explains; null where there is
/// none.</param>
internal sealed record ExecutorReport(
    string Name,
    string? Skipped,
    double Seconds,
    string Text,
    IReadOnlyList<int> Tokens,
    IReadOnlyList<PlaceDifference> Differences,
    string? Parts
);
