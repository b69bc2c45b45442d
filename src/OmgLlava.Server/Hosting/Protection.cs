using System.Net;

namespace OmgLlava.Server.Hosting;

/// <summary>What stands before everything else: security headers, and the name that the server was called by.</summary>
internal sealed class Protection(ServerOptions options, Listening listening)
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src "
        + "'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly bool _byName = listening.IsLocal || options.HostNames.Count > 0;

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
        return next(context);
    }

    /// <summary>A server of this machine only answers to this machine's names, so that no other site's name can be pointed at
    /// it.</summary>
    private void CheckHost(HttpRequest request)
    {
        string name = request.Host.Host.Trim('[', ']');
        bool here =
            name == ListenAddress.LocalName
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (_byName && !here && !options.HostNames.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new ApiException(
                StatusCodes.Status421MisdirectedRequest,
                "unknown_host",
                "This server answers to localhost only; start it with --host to be reached by other addresses, or with "
                    + "--host-name for the name of a proxy before it."
            );
        }
    }
}
