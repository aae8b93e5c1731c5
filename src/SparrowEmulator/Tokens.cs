using System.Security.Cryptography;
using System.Text;

namespace SparrowEmulator;

/// <summary>The key of a request. Both forms are seen in the wild: <c>Bearer KEY</c> and the bare <c>KEY</c>.</summary>
internal static class Tokens
{
    private const string Scheme = "Bearer ";

    /// <summary>The key, or null when the request has none.</summary>
    public static string? Of(HttpRequest request)
    {
        var value = request.Headers.Authorization.ToString().Trim();
        if (value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) value = value[Scheme.Length..].Trim();
        return value.Length == 0 || value.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? null : value;
    }

    /// <summary>SHA-256 of the key in lower-case hexadecimal: what the ledger shows in its place.</summary>
    public static string? Hash(string? token) =>
        token is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
