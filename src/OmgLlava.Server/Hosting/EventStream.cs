using System.Text;
using System.Text.Json;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Writes server-sent events. A write takes no cancellation: Kestrel resets the connection of a write that is broken off, and the
/// client would miss why. It ends when the client has read, has gone, or reads more slowly than Kestrel allows.
/// </summary>
internal sealed class EventStream(HttpResponse response)
{
    private bool _begun;

    /// <summary>Sets the headers, the first time; until then an error can still have a status.</summary>
    /// <returns>Whether it was the first time.</returns>
    public bool Begin()
    {
        if (_begun)
        {
            return false;
        }

        _begun = true;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // proxies must not hold events back
        return true;
    }

    /// <summary>Sends an event with a name.</summary>
    public Task SendAsync<T>(string name, T data) =>
        WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data, ApiJson.Options.Of<T>())}\n\n");

    /// <summary>Sends data without a name, as OpenAI does.</summary>
    public Task SendAsync<T>(T data) => WriteAsync($"data: {JsonSerializer.Serialize(data, ApiJson.Options.Of<T>())}\n\n");

    /// <summary>Sends text without a name.</summary>
    public Task SendTextAsync(string text) => WriteAsync($"data: {text}\n\n");

    private async Task WriteAsync(string text)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        await response.Body.FlushAsync();
    }
}
