using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OmgLlava.Server.Hosting;

/// <summary>
/// What stands before everything else: security headers, the name that the server was called by, the page that calls, and the key.
/// </summary>
internal sealed class Protection(ServerOptions options)
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; " +
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly byte[][] _keys = [.. options.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];
    private readonly bool _onlyHere = options.Host is "localhost" || (IPAddress.TryParse(options.Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>The middleware.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = options.CorsOrigins.Count == 0 ? "same-origin" : "cross-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        CheckHost(context.Request);
        if (context.Request.Path.StartsWithSegments("/v1"))
        {
            headers.CacheControl = "no-store";
            CheckOrigin(context.Request);
            CheckKey(context);
        }

        return next(context);
    }

    /// <summary>A server of this machine only answers to this machine's names, so that no other site's name can be pointed at it.</summary>
    private void CheckHost(HttpRequest request)
    {
        string name = request.Host.Host.Trim('[', ']');
        bool here = name == "localhost" || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (_onlyHere && !here)
        {
            throw new ApiException(StatusCodes.Status421MisdirectedRequest, "unknown_host", "This server answers to localhost only; start it with --host to be reached by other names.");
        }
    }

    private void CheckOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (origin is null || options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        if (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) || !page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "forbidden_origin", "Pages of other origins may not use this server unless it is started with their --cors-origin.");
        }
    }

    private void CheckKey(HttpContext context)
    {
        if (_keys.Length == 0 || HttpMethods.IsOptions(context.Request.Method))
        {
            return;
        }

        const string Scheme = "Bearer ";
        string given = context.Request.Headers.Authorization.ToString();
        given = given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? given[Scheme.Length..].Trim() : "";
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        bool known = false;
        foreach (byte[] key in _keys)
        {
            known |= CryptographicOperations.FixedTimeEquals(key, hash); // all of them, so that time tells nothing
        }

        if (!known)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiException(StatusCodes.Status401Unauthorized, "invalid_api_key", "This server asks for a key: send 'Authorization: Bearer KEY'.");
        }
    }
}
