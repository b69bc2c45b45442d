using System.Text.Json;
using OmgLlava.Server.Hosting;

namespace OmgLlava.Server.Annotation;

/// <summary>
/// Gets the pictures of Label Studio's tasks: sent along, of hosts that are allowed by name, or of the one Label Studio whose
/// address the server was started with, which knows its key.
/// </summary>
internal sealed class LabelStudioPictures : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServerOptions _options;
    private readonly PictureSource _source;
    private readonly HttpClient _client;

    public LabelStudioPictures(ServerOptions options, PictureSource source)
        : this(options, source, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { }

    /// <summary>For tests: another way out.</summary>
    internal LabelStudioPictures(ServerOptions options, PictureSource source, HttpMessageHandler handler) =>
        (_options, _source, _client) = (
            options,
            source,
            new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = options.Serving.Image.MaxFileBytes }
        );

    /// <summary>The picture of a task.</summary>
    /// <exception cref="ApiException">There is none, or it cannot be had.</exception>
    public async Task<byte[]> ReadAsync(LabelStudioTask task, string field, CancellationToken stop)
    {
        string url =
            task.Data.TryGetValue(field, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw ApiException.BadRequest($"A task has no picture in its field '{field}'.");
        Uri? own =
            _options.LabelStudioUrl is { } home
            && Uri.TryCreate(home, url, out Uri? address)
            && Authority(address) == Authority(home)
                ? address
                : null;
        if (own is null)
        {
            return url.StartsWith('/')
                ? throw ApiException.BadRequest(
                    "The picture lies in Label Studio; start the server with --label-studio and its address, and "
                        + "LABEL_STUDIO_API_KEY."
                )
                : await _source.ReadAsync(url, stop);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, own);
        if (_options.LabelStudioKey is { } key)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Token {key}");
        }

        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, stop);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsByteArrayAsync(stop)
                : throw ApiException.BadRequest(
                    $"Label Studio answers with status {(int)response.StatusCode} instead of the picture; does "
                        + $"LABEL_STUDIO_API_KEY hold a valid key?"
                );
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException
                || (error is OperationCanceledException && !stop.IsCancellationRequested)
            )
        {
            throw ApiException.BadRequest("The picture cannot be fetched from Label Studio, or is too large.");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Authority(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
