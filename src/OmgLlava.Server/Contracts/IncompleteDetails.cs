namespace OmgLlava.Server.Contracts;

/// <summary>Why a response is incomplete.</summary>
/// <param name="Reason"><c>max_output_tokens</c>.</param>
public sealed record IncompleteDetails(string Reason);
