using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>HMAC-SHA256 over what a scheme signs, and comparisons that take the same time whatever is shown.</summary>
internal static class SignatureCheck
{
    /// <summary>The HMAC of a text followed by a delivery's body, with the body taken as it came.</summary>
    public static byte[] Hmac(byte[] key, string before, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(before));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    /// <summary>Whether two signatures are the same text.</summary>
    public static bool Same(string expected, ReadOnlySpan<char> shown) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(expected.AsSpan()), MemoryMarshal.AsBytes(shown));
}
