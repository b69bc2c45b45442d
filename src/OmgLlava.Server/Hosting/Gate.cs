using System.Security.Cryptography;
using System.Text;

namespace OmgLlava.Server.Hosting;

/// <summary>Who may come in: the page that calls, and the key.</summary>
internal sealed class Gate(ServerOptions options)
{
    private readonly byte[][] _keys = [.. options.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    /// <summary>The middleware; it stands behind routing.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Endpoint? endpoint = context.GetEndpoint();
        bool guarded = endpoint is null
            ? context.Request.Path.StartsWithSegments("/v1")
            : endpoint.Metadata.GetMetadata<OpenMetadata>() is null;
        if (guarded)
        {
            context.Response.Headers.CacheControl = "no-store";
            CheckOrigin(context.Request);
            CheckKey(context);
        }

        return next(context);
    }

    private void CheckOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (origin is null || options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        if (
            !Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
            || !page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden,
                "forbidden_origin",
                "Pages of other origins may not use this server unless it is started with their --cors-origin."
            );
        }
    }

    private void CheckKey(HttpContext context)
    {
        if (_keys.Length == 0)
        {
            return;
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Given(context.Request.Headers)));
        byte[]? known = null;
        foreach (byte[] key in _keys)
        {
            known = CryptographicOperations.FixedTimeEquals(key, hash) ? key : known; // all of them, so that time tells nothing
        }

        if (known is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiException(
                StatusCodes.Status401Unauthorized,
                "invalid_api_key",
                "This server asks for a key: send 'Authorization: Bearer KEY'."
            );
        }

        context.Features.Set(new Caller(Convert.ToHexStringLower(known)));
    }

    /// <summary>The key as programs send it: as a bearer, as the password of a user, or in a header of its own.</summary>
    private static string Given(IHeaderDictionary headers)
    {
        const string Bearer = "Bearer ";
        const string Basic = "Basic ";
        string given = headers.Authorization.ToString();
        if (given.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return given[Bearer.Length..].Trim();
        }

        if (given.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            byte[] pair = new byte[given.Length];
            string text = Convert.TryFromBase64String(given[Basic.Length..].Trim(), pair, out int count)
                ? Encoding.UTF8.GetString(pair, 0, count)
                : "";
            return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }

        return headers["X-API-Key"].FirstOrDefault() ?? headers["Token"].FirstOrDefault() ?? "";
    }
}
