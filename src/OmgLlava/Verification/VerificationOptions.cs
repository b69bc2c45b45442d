using OmgLlava.Imaging;

namespace OmgLlava.Verification;

/// <summary>What to verify, and with what.</summary>
internal sealed record VerificationOptions
{
    /// <summary>A golden case of the kind <c>end_to_end</c>: small published-style files with what the published system computes
    /// of them; null for none.</summary>
    public string? GoldenFolder { get; init; }

    /// <summary>The picture that every executor is asked about; null to run none.</summary>
    public RgbImage? Picture { get; init; }

    /// <summary>The question.</summary>
    public string Question { get; init; } = Questions.Segment("the largest thing");

    /// <summary>The most tokens of an answer.</summary>
    public int MaxNewTokens { get; init; } = 24;

    /// <summary>Told what is being done.</summary>
    public Action<string>? Notes { get; init; }
}
