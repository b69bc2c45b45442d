namespace OmgLlava.Server.Contracts;

/// <summary>Why a response failed.</summary>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record ResponseError(string Code, string Message);
