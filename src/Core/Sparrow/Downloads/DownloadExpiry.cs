using System.Globalization;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>Tells a signed address that has run out from one that is refused for another cause.</summary>
internal static class DownloadExpiry
{
    /// <summary>By the storage's own error code, or by the time in the address (<c>se</c>).</summary>
    public static bool HasPassed(Uri address, string? body, DateTimeOffset now) =>
        (body is not null && body.Contains("AuthenticationFailed", StringComparison.Ordinal)) || Of(address) <= now;

    /// <summary>When the address runs out, where it says so.</summary>
    public static DateTimeOffset? Of(Uri address)
    {
        foreach (var pair in address.Query.TrimStart('?').Split('&'))
        {
            if (pair.StartsWith("se=", StringComparison.Ordinal)
                && DateTimeOffset.TryParse(Uri.UnescapeDataString(pair[3..]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end))
            {
                return end;
            }
        }

        return null;
    }
}
