using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.Callbacks;

/// <summary>Signs as Standard Webhooks says: HMAC-SHA256 over id, time and body. Pure.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The value of header <c>webhook-signature</c>: one signature a secret, so that a receiver may know the old or the new one.</summary>
    /// <param name="secrets">The secrets, <c>whsec_</c> and base64; at least one.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="sentAt">The time of this try.</param>
    /// <param name="body">The body, byte for byte as it is sent.</param>
    public static string Sign(IReadOnlyList<string> secrets, string id, DateTimeOffset sentAt, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{sentAt.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed))}"));
    }

    private static byte[] Key(string secret) => Convert.FromBase64String(secret[Prefix.Length..]);
}
