namespace OmgLlava.Verification;

/// <summary>One thing that was checked.</summary>
/// <param name="Name">What.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="Lines">The particulars, such as the tensors that differ; may be empty.</param>
internal sealed record VerificationCheck(string Name, CheckOutcome Outcome, string Detail, IReadOnlyList<string> Lines)
{
    internal static VerificationCheck Passed(string name, string detail, params IReadOnlyList<string> lines) =>
        new(name, CheckOutcome.Passed, detail, lines);

    internal static VerificationCheck Noted(string name, string detail, params IReadOnlyList<string> lines) =>
        new(name, CheckOutcome.Noted, detail, lines);

    internal static VerificationCheck Failed(string name, string detail, params IReadOnlyList<string> lines) =>
        new(name, CheckOutcome.Failed, detail, lines);
}
