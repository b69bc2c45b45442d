namespace OmgLlava.Server.Hosting;

/// <summary>What is logged: how requests went, never what is in them.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed (trace {TraceId})")]
    public static partial void Failed(ILogger log, Exception error, string requestId, string? traceId);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Method} {Route} {Status} in {Milliseconds} ms ({RequestId}, trace {TraceId})"
    )]
    public static partial void Answered(
        ILogger log,
        string method,
        string route,
        int status,
        double milliseconds,
        string requestId,
        string? traceId
    );
}
