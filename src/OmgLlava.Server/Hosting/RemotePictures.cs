using System.Net;
using System.Net.Sockets;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// Fetches pictures of hosts that are allowed by name: by https only, from public addresses only, without redirects, cookies or
/// proxies. Names are resolved once and the connection goes to the address that was checked.
/// </summary>
internal sealed class RemotePictures : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ServerOptions _options;
    private readonly HttpClient _client;

    public RemotePictures(ServerOptions options, INameResolver names)
        : this(options, Handler(names)) { }

    /// <summary>For tests: another way out.</summary>
    internal RemotePictures(ServerOptions options, HttpMessageHandler handler) =>
        (_options, _client) = (options, new HttpClient(handler) { Timeout = Patience });

    /// <summary>The way out.</summary>
    internal static SocketsHttpHandler Handler(INameResolver names) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = Patience,
            ConnectCallback = (context, cancellation) => ConnectAsync(names, context, cancellation),
        };

    /// <summary>Fetches a picture.</summary>
    /// <exception cref="ApiException">The host is not allowed, its address is not public, or it gives no picture.</exception>
    public async Task<byte[]> FetchAsync(string url, CancellationToken cancellation)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
            || address.Scheme != Uri.UriSchemeHttps
            || address.UserInfo.Length > 0
        )
        {
            throw ApiException.BadRequest(
                "A picture's address must be a data URI, 'data:image/png;base64,...', or https of a host that this server "
                    + "allows by name."
            );
        }

        if (!_options.ImageHosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.BadRequest(
                $"This server does not fetch pictures of '{address.IdnHost}'; send the picture itself as a data URI."
            );
        }

        try
        {
            using HttpResponseMessage response = await _client.GetAsync(
                address,
                HttpCompletionOption.ResponseHeadersRead,
                cancellation
            );
            if ((int)response.StatusCode is >= 300 and < 400)
            {
                throw ApiException.BadRequest(
                    $"'{address.IdnHost}' sends on to another address, which this server does not follow."
                );
            }

            return response.IsSuccessStatusCode
                ? await ReadAsync(response.Content, cancellation)
                : throw ApiException.BadRequest(
                    $"'{address.IdnHost}' answers with status {(int)response.StatusCode} instead of a picture."
                );
        }
        catch (HttpRequestException error) when (error.InnerException is ApiException refused)
        {
            throw refused;
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException
                || (error is OperationCanceledException && !cancellation.IsCancellationRequested)
            )
        {
            throw ApiException.BadRequest($"The picture of '{address.IdnHost}' cannot be fetched.");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        long most = _options.Serving.Image.MaxFileBytes;
        await using Stream body = await content.ReadAsStreamAsync(cancellation);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[81920];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > most)
            {
                throw new ApiException(
                    StatusCodes.Status413PayloadTooLarge,
                    "too_large",
                    $"The image is larger than {most >> 20} MB."
                );
            }
        }

        return bytes.ToArray();
    }

    private static async ValueTask<Stream> ConnectAsync(
        INameResolver names,
        SocketsHttpConnectionContext context,
        CancellationToken cancellation
    )
    {
        string host = context.DnsEndPoint.Host;
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await names.ResolveAsync(host, cancellation);
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, PublicAddress.Is))
        {
            throw ApiException.BadRequest(
                $"'{host}' has an address that is not of the public internet; this server does not go there."
            );
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
