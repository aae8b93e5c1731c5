using System.Globalization;
using System.Net;
using Microsoft.Security.AntiSSRF;

namespace SparrowFunctions.Tests.Core.Provisioning.Outbound;

/// <summary>Addresses that must not be reached, in the forms that have slipped through elsewhere.</summary>
internal static class AddressCorpus
{
    /// <summary>Hosts as they stand in an address; some of each sort.</summary>
    public static readonly string[] Some =
    [
        "127.0.0.1", "127.255.255.254", "127.1", "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255",
        "169.254.169.254", "169.254.170.2", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "0300.0250.0.1", "2852039166", "0xA9FEA9FE",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::10.0.0.1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::1]",
        "[fd00:ec2::254]", "[fc00::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]",
        "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1",
    ];

    /// <summary>The first, the last and a middle address of every range, in every form.</summary>
    public static IEnumerable<string> All => Some.Concat(new AntiSSRFPolicy(PolicyConfigOptions.ExternalOnlyLatest).DeniedAddresses
        .Select(network => IPNetwork.Parse(network)).SelectMany(Samples).SelectMany(Forms)).Distinct(StringComparer.Ordinal);

    /// <summary>Addresses of a range.</summary>
    private static IEnumerable<IPAddress> Samples(IPNetwork network)
    {
        var first = network.BaseAddress.GetAddressBytes();
        var (last, middle) = (first.ToArray(), first.ToArray());
        for (var bit = network.PrefixLength; bit < first.Length * 8; bit++)
        {
            var mask = (byte)(0x80 >> (bit % 8));
            last[bit / 8] |= mask;
            middle[bit / 8] |= bit % 2 == 0 ? mask : (byte)0;
        }

        return [network.BaseAddress, new IPAddress(middle), new IPAddress(last)];
    }

    private static IEnumerable<string> Forms(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 16)
            return [$"[{address}]"];

        var number = ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
        var (high, low) = (number >> 16, number & 0xFFFF);
        string[] texts =
        [
            address.ToString(),
            number.ToString(CultureInfo.InvariantCulture),
            $"0{Convert.ToString(number, 8)}",
            $"0x{number:x}",
            string.Join('.', bytes.Select(part => $"0{Convert.ToString(part, 8)}")),
            string.Join('.', bytes.Select(part => $"0x{part:x2}")),
            string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{number & 0xFFFFFF}"),
            $"[::ffff:{address}]",
            $"[::{address}]",
            $"[::ffff:0:{address}]",
            $"[64:ff9b::{address}]",
            $"[64:ff9b:1::{address}]",
            $"[2002:{high:x}:{low:x}::1]",
            $"[2001:0:{high:x}:{low:x}::1]",
        ];
        return texts;
    }
}
