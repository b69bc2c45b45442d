using System.Text;
using System.Text.Json;
using OmgLlava.Server.Contracts;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Cluster.Routing;

/// <summary>Ends an answer whose server was lost after it had begun.</summary>
internal static class BrokenAnswer
{
    /// <summary>Nobody goes on with it.</summary>
    public static readonly ApiException Lost = new(
        StatusCodes.Status503ServiceUnavailable, "server_lost",
        "The server that answered was lost; ask again, another one answers.");

    /// <summary>Another server's answer does not go on with it.</summary>
    public static readonly ApiException Differs = new(
        StatusCodes.Status503ServiceUnavailable, "answer_differs",
        "The server that answered was lost, and the answer that another one gives begins otherwise than what was sent; what was "
        + "sent has no end, so ask again.");

    /// <summary>A stream of events ends with one that says what happened; anything else is cut off, which clients see.</summary>
    public static async Task EndAsync(HttpContext context, ApiException why)
    {
        if (!IsStream(context))
        {
            context.Abort();
            return;
        }

        string body = JsonSerializer.Serialize(ErrorHandling.Body(why), ApiJson.Options.Of<ErrorBody>());
        string name = context.Request.Path.StartsWithSegments("/v1/chat") ? "" : "event: error\n";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"\n\n{name}data: {body}\n\n"), CancellationToken.None);
        await context.Response.Body.FlushAsync(CancellationToken.None);
    }

    /// <summary>Whether an answer is a stream of events.</summary>
    public static bool IsStream(HttpContext context) =>
        context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
}
