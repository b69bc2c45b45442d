namespace OmgLlava.Server.Contracts;

/// <summary>The text of a response.</summary>
/// <param name="Text">Clean text.</param>
/// <param name="Logprobs">How likely its tokens were; empty where this was not asked for.</param>
public sealed record ResponseText(string Text, IReadOnlyList<TokenLogProbability> Logprobs)
{
    /// <summary>Always <c>output_text</c>.</summary>
    public string Type { get; } = "output_text";

    /// <summary>Always none: phrases with masks are the message's <c>grounding</c>.</summary>
    public IReadOnlyList<string> Annotations { get; } = [];
}
