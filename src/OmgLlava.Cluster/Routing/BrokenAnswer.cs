using System.Text;
using System.Text.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>Ends an answer whose server was lost after it had begun.</summary>
internal static class BrokenAnswer
{
    /// <summary>A stream of events ends with one that says what happened; anything else is cut off, which clients see.</summary>
    public static async Task EndAsync(HttpContext context)
    {
        if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) != true)
        {
            context.Abort();
            return;
        }

        var lost = new ApiException(
            StatusCodes.Status503ServiceUnavailable, "server_lost",
            "The server that answered was lost; ask again, another one answers.");
        string body = JsonSerializer.Serialize(ErrorHandling.Body(lost), ApiJson.Options.Of<ErrorBody>());
        string name = context.Request.Path.StartsWithSegments("/v1/chat") ? "" : "event: error\n";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"\n\n{name}data: {body}\n\n"), CancellationToken.None);
        await context.Response.Body.FlushAsync(CancellationToken.None);
    }
}
