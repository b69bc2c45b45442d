using System.Security.Cryptography;

namespace OmgLlava.Server.Hosting;

/// <summary>Gives each request a name, which its answer's head and the log have, and lets HEAD be answered like GET (Kestrel
/// leaves the body out).</summary>
internal static class RequestNames
{
    public const string Header = "X-Request-Id";

    /// <summary>The middleware.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.TraceIdentifier = $"req_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
        context.Response.Headers[Header] = context.TraceIdentifier;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }
}
