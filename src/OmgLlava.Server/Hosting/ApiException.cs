namespace OmgLlava.Server.Hosting;

/// <summary>A request that gets an error: status, a code for programs, one sentence for people.</summary>
internal sealed class ApiException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>Seconds after which trying again makes sense; null for no such hint.</summary>
    public int? RetryAfter { get; init; }

    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "bad_request", message);
}
