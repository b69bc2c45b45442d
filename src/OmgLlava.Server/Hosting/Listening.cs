using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OmgLlava.Server.Hosting;

/// <summary>Where a server listens, found out once from its options.</summary>
internal sealed class Listening
{
    private readonly ServerOptions _options;
    private readonly IReadOnlyList<IPAddress> _addresses;

    /// <exception cref="OmgLlavaException">An address is none of this machine.</exception>
    public Listening(ServerOptions options)
    {
        _options = options;
        _addresses = options.Kestrel is { } kestrel ? Endpoints(kestrel) : ListenAddress.Of(options.Host);
    }

    /// <summary>Whether only programs of this machine get there.</summary>
    public bool IsLocal => ListenAddress.IsLoopback(_addresses);

    /// <summary>Tells Kestrel.</summary>
    public void Apply(KestrelServerOptions kestrel)
    {
        if (_options.Kestrel is { } section)
        {
            kestrel.Configure(section);
        }
        else if (_options.Host == ListenAddress.LocalName && _options.Port > 0)
        {
            kestrel.ListenLocalhost(_options.Port); // IPv4 and IPv6, or the one that there is
        }
        else
        {
            foreach (IPAddress address in _options.Port > 0 ? _addresses : _addresses.Take(1))
            {
                kestrel.Listen(address, _options.Port);
            }
        }
    }

    private static IReadOnlyList<IPAddress> Endpoints(IConfiguration kestrel)
    {
        string[] urls = [.. kestrel.GetSection("Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
        if (urls.Length == 0)
        {
            throw new OmgLlavaException("Kestrel's configuration names no 'Endpoints' with a 'Url'.");
        }

        return [.. urls.SelectMany(url => Address(url))];
    }

    private static IReadOnlyList<IPAddress> Address(string url)
    {
        try
        {
            string host = BindingAddress.Parse(url).Host;
            return host is "*" or "+" ? [IPAddress.IPv6Any] : ListenAddress.Of(host.Trim('[', ']'));
        }
        catch (FormatException error)
        {
            throw new OmgLlavaException($"'{url}' in Kestrel's configuration is no address such as https://0.0.0.0:8443.", error);
        }
    }
}
