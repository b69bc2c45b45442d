namespace OmgLlava.Server.Contracts;

/// <summary>The body of every error.</summary>
/// <param name="Error">What is wrong.</param>
public sealed record ErrorBody(ErrorDetail Error);
