using System.Text.Json;
using System.Text.Json.Serialization;
using OmgLlava.Conversion;

namespace OmgLlava.Verification;

/// <summary>Whether a model directory is what it should be, and computes what it should. It names no folders and no
/// person.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Weights">Digits that tell its weights from others.</param>
/// <param name="Versions">Of this program and what it runs on.</param>
/// <param name="Machine">Processor, memory, system.</param>
/// <param name="Sources">The published files that it was made of, where the directory remembers them.</param>
/// <param name="Checks">What was checked.</param>
/// <param name="Question">What every executor was asked; empty where none ran.</param>
/// <param name="Executors">What each answered.</param>
internal sealed record VerificationReport(
    string Model,
    string Weights,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyDictionary<string, string> Machine,
    IReadOnlyList<SourceFile> Sources,
    IReadOnlyList<VerificationCheck> Checks,
    string Question,
    IReadOnlyList<ExecutorReport> Executors
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        TypeInfoResolver = LibraryJson.Default,
        Converters = { new JsonStringEnumConverter<CheckOutcome>(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsFine => Checks.All(check => check.Outcome != CheckOutcome.Failed);

    /// <summary>The report for an issue tracker.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json.Of<VerificationReport>());
}
