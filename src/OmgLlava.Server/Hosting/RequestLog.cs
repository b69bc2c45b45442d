using System.Diagnostics;

namespace OmgLlava.Server.Hosting;

/// <summary>Logs each request of the API in one line: its route, never its address, and nothing that is in it.</summary>
internal static class RequestLog
{
    /// <summary>The middleware.</summary>
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next, ILogger log)
    {
        long start = Stopwatch.GetTimestamp();
        await next(context);
        if (log.IsEnabled(LogLevel.Information) && context.Request.Path.StartsWithSegments("/v1"))
        {
            double milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
            string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            string? trace = Activity.Current?.TraceId.ToHexString();
            Log.Answered(
                log,
                context.Request.Method,
                route,
                context.Response.StatusCode,
                milliseconds,
                context.TraceIdentifier,
                trace
            );
        }
    }
}
