using System.Net;
using System.Net.Sockets;

namespace OmgLlava.Server.Hosting;

/// <summary>Where the server listens: addresses of this machine, never a name that means nothing (Kestrel would take every
/// address for one).</summary>
internal static class ListenAddress
{
    public const string LocalName = "localhost";

    /// <summary>The addresses that a host stands for.</summary>
    /// <param name="host">An address, or a name of this machine.</param>
    /// <exception cref="OmgLlavaException">It is no address of this machine.</exception>
    public static IReadOnlyList<IPAddress> Of(string host)
    {
        if (host == LocalName)
        {
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        }

        IPAddress[] addresses =
            IPAddress.TryParse(host, out IPAddress? literal) ? [literal]
            : string.IsNullOrWhiteSpace(host) ? []
            : Resolve(host);
        return addresses.Length > 0 && Array.TrueForAll(addresses, IsOurs)
            ? addresses
            : throw new OmgLlavaException(
                $"'{host}' is no address or name of this machine; use 127.0.0.1 for this machine only, one of its own "
                    + $"addresses, or 0.0.0.0 for all of them."
            );
    }

    /// <summary>Whether only programs of this machine get there.</summary>
    public static bool IsLoopback(IEnumerable<IPAddress> addresses) => addresses.All(IPAddress.IsLoopback);

    private static IPAddress[] Resolve(string name)
    {
        try
        {
            return
            [
                .. Dns.GetHostAddresses(name)
                    .Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)),
            ];
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static bool IsOurs(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
