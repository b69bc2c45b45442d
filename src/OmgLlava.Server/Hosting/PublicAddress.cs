using System.Net;
using System.Net.Sockets;

namespace OmgLlava.Server.Hosting;

/// <summary>Tells addresses of the public internet from all others.</summary>
internal static class PublicAddress
{
    // Special-purpose blocks: this host, private, shared, loopback, link-local, protocol, documentation, relay, benchmark,
    // multicast, reserved.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        }.Select(block => IPNetwork.Parse(block)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Inside the global block, but documentation, or carrying other addresses within (6to4, Teredo).
    private static readonly IPNetwork[] NotGlobal =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(block => IPNetwork.Parse(block)),
    ];

    /// <summary>Whether an address is one of the public internet.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(Special, block => block.Contains(address)),
            AddressFamily.InterNetworkV6 => GlobalUnicast.Contains(address)
                && !Array.Exists(NotGlobal, block => block.Contains(address)),
            _ => false,
        };
    }
}
