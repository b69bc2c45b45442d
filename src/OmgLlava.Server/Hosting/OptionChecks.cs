using System.Net;

namespace OmgLlava.Server.Hosting;

/// <summary>Checks a server's options before anything is opened.</summary>
internal static class OptionChecks
{
    /// <exception cref="OmgLlavaException">One of them would not do what it seems to; the message names it.</exception>
    public static void Check(ServerOptions options)
    {
        _ = new Listening(options);
        foreach (string key in options.ApiKeys)
        {
            Require(
                !string.IsNullOrWhiteSpace(key),
                "An API key is empty; give a key, or none at all for a server without keys."
            );
            Require(key.All(c => c is > ' ' and <= '~'), "An API key may hold only visible ASCII characters, no spaces.");
        }

        foreach (string origin in options.CorsOrigins)
        {
            Require(
                Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
                    && page.Scheme is "http" or "https"
                    && page.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase),
                $"'{origin}' is no origin; it is a scheme and a host, with a port where it has one, and nothing behind: "
                    + $"https://example.org."
            );
        }

        foreach (string proxy in options.TrustedProxies)
        {
            Require(
                IPAddress.TryParse(proxy, out _) || IPNetwork.TryParse(proxy, out _),
                $"'{proxy}' is no address of a proxy, such as 10.0.0.5 or 10.0.0.0/24."
            );
        }

        Require(
            options.BasePath.Length == 0
                || (
                    options.BasePath is ['/', not '/', ..]
                    && !options.BasePath.EndsWith('/')
                    && Uri.IsWellFormedUriString(options.BasePath, UriKind.Relative)
                    && !options.BasePath.AsSpan().ContainsAny('?', '#')
                ),
            $"'{options.BasePath}' is no base path; it begins with '/' and does not end with one: /vision."
        );
        Require(
            options.LabelStudioUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" },
            $"'{options.LabelStudioUrl}' is no address of Label Studio, such as http://127.0.0.1:8081."
        );
        foreach (string name in options.HostNames.Concat(options.ImageHosts))
        {
            Require(Uri.CheckHostName(name) != UriHostNameType.Unknown, $"'{name}' is no name of a host, such as example.org.");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new OmgLlavaException(message);
        }
    }
}
