using System.Net;
using System.Net.Http.Headers;
using System.Reflection;

namespace OmgLlava.Conversion.Pulling;

/// <summary>
/// The routes of a hub that downloading needs. Redirects are followed here, one by one, so that the user's token goes to the hub
/// and to nobody else: large files come from other hosts, which must never see it.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 8;
    private const int MaxListingBytes = 64 << 20;

    private readonly HubSettings _settings;
    private readonly Action<string>? _notes;
    private readonly HttpClient _http;

    public HubClient(HubSettings settings, Action<string>? notes)
    {
        (_settings, _notes) = (settings, notes);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = settings.Silence,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        string version =
            typeof(HubClient)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion.Split('+')[0]
            ?? "0";
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("omg-llava", version));
    }

    /// <summary>What is in a repository.</summary>
    /// <exception cref="OmgLlavaException">There is no such repository or revision, it is not for this user, or the hub cannot be
    /// reached.</exception>
    public Task<HubListing> ListAsync(string repository, string revision, CancellationToken cancellation) =>
        new Retries(_settings, _notes).RunAsync(
            async () =>
            {
                Uri address = Address($"api/models/{repository}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
                using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, address, 0, cancellation)
                    .ConfigureAwait(false);
                HubErrors.Check(answer, _settings, repository, null);
                return HubListing.Parse(repository, await ReadAsync(answer, cancellation).ConfigureAwait(false));
            },
            cancellation
        );

    /// <summary>Size and hash of a file, for hubs whose listing does not tell.</summary>
    /// <exception cref="OmgLlavaException">There is no such file, or the hub does not tell here either.</exception>
    public Task<HubFile> DescribeAsync(string repository, string commit, string path, CancellationToken cancellation) =>
        new Retries(_settings, _notes).RunAsync(
            async () =>
            {
                using HttpResponseMessage answer = await SendAsync(
                        HttpMethod.Head,
                        FileAddress(repository, commit, path),
                        0,
                        cancellation,
                        stayAtHub: true
                    )
                    .ConfigureAwait(false);
                HubErrors.Check(answer, _settings, repository, path);
                string? hash = (Header(answer, "X-Linked-Etag") ?? Header(answer, "ETag"))
                    ?.Replace("W/", "", StringComparison.Ordinal)
                    .Trim('"');
                long? bytes = long.TryParse(Header(answer, "X-Linked-Size"), out long linked)
                    ? linked
                    : answer.Content.Headers.ContentLength;
                return HubFile.IsHash(hash) && bytes is >= 0
                    ? new HubFile(path, bytes.Value, hash!)
                    : throw new OmgLlavaException(
                        $"The hub at {_settings.Endpoint} tells neither size nor hash of '{path}' in '{repository}', so that "
                            + $"it cannot be checked; use another (HF_ENDPOINT)."
                    );
            },
            cancellation
        );

    /// <summary>Opens the content of a file, without its first bytes (<paramref name="offset"/>) where the hub can; the caller
    /// disposes the answer.</summary>
    /// <exception cref="HubInterruption">Trying again may help.</exception>
    /// <exception cref="OmgLlavaException">It will not.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        string repository,
        string commit,
        string path,
        long offset,
        CancellationToken cancellation
    )
    {
        HttpResponseMessage answer = await SendAsync(HttpMethod.Get, FileAddress(repository, commit, path), offset, cancellation)
            .ConfigureAwait(false);
        try
        {
            if (answer.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                HubErrors.Check(answer, _settings, repository, path);
            }

            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Reads a part of a body; silence and cuts are interruptions.</summary>
    public async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(_settings.Silence);
        try
        {
            return await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new HubInterruption("The connection was cut", inner: error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new HubInterruption(
                FormattableString.Invariant($"Nothing came for {_settings.Silence.TotalSeconds:F0} s"),
                inner: error
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Uri Address(string route) => new($"{_settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{route}");

    private Uri FileAddress(string repository, string commit, string path) =>
        Address($"{repository}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri address,
        long offset,
        CancellationToken cancellation,
        bool stayAtHub = false
    )
    {
        for (int redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            HttpResponseMessage answer = await SendOnceAsync(method, address, offset, cancellation).ConfigureAwait(false);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
            {
                return answer;
            }

            Uri next = location.IsAbsoluteUri ? location : new Uri(address, location);
            if (stayAtHub && !IsHub(next))
            {
                return answer; // the description is the hub's, the content another host's
            }

            answer.Dispose();
            if (next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme != "https"))
            {
                throw new OmgLlavaException(
                    $"The hub at {_settings.Endpoint} sends to '{next.GetLeftPart(UriPartial.Authority)}', which is not "
                        + $"encrypted; it is not followed."
                );
            }

            address = next;
        }

        throw new OmgLlavaException($"The hub at {_settings.Endpoint} sends in circles: more than {MaxRedirects} redirects.");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method,
        Uri address,
        long offset,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(method, address);
        if (_settings.Token is { } token && IsHub(address))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
        }

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(_settings.Silence);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new HubInterruption($"{address.Host} cannot be reached ({error.Message})", inner: error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new HubInterruption(
                FormattableString.Invariant($"{address.Host} did not answer for {_settings.Silence.TotalSeconds:F0} s"),
                inner: error
            );
        }
    }

    private bool IsHub(Uri address) =>
        Uri.Compare(
            address,
            _settings.Endpoint,
            UriComponents.SchemeAndServer,
            UriFormat.Unescaped,
            StringComparison.OrdinalIgnoreCase
        ) == 0;

    private async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        Stream body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var whole = new MemoryStream();
            byte[] buffer = new byte[1 << 16];
            int read;
            while ((read = await ReadAsync(body, buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                whole.Write(buffer, 0, read);
                if (whole.Length > MaxListingBytes)
                {
                    throw new OmgLlavaException($"What the hub at {_settings.Endpoint} says is too long to be a listing.");
                }
            }

            return answer.Content.Headers.ContentLength is { } length && length != whole.Length
                ? throw new HubInterruption("The connection was cut")
                : whole.ToArray();
        }
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
