using System.Net;
using System.Net.Sockets;
using Microsoft.Security.AntiSSRF;

namespace SparrowFunctions.Provisioning.Outbound;

/// <summary>Which addresses belong to the public internet: all but the private, local, reserved and metadata ones that Microsoft.Security.AntiSSRF keeps a list of.</summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] Denied =
        [.. new AntiSSRFPolicy(PolicyConfigOptions.ExternalOnlyLatest).DeniedAddresses.Select(network => IPNetwork.Parse(network))];

    // What is handed out so far; every form that hides an IPv4 address inside an IPv6 one lies outside of it or is denied by the list
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether an address is public.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(plain)) && !Array.Exists(Denied, network => network.Contains(plain));
    }
}
