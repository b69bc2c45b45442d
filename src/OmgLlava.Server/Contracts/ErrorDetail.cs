namespace OmgLlava.Server.Contracts;

/// <summary>What is wrong with a request, in OpenAI's shape.</summary>
/// <param name="Message">One sentence for people.</param>
/// <param name="Type"><c>invalid_request_error</c>, <c>rate_limit_error</c> or <c>server_error</c>.</param>
/// <param name="Param">The field that is wrong; null where none is to blame.</param>
/// <param name="Code">A word for programs.</param>
public sealed record ErrorDetail(string Message, string Type, string? Param, string Code);
