using System.Net;
using System.Text;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>
/// Makes a requestable address of what <c>downloads</c> holds. The query is signed, so it must reach the server as it is: HTML is unescaped
/// once where it was escaped, nothing is percent-decoded, and only characters that no request line can hold are percent-encoded.
/// </summary>
public static class DownloadUrl
{
    private const int Longest = 16 * 1024;
    private static readonly string[] Escapes = ["&amp;", "&#38;", "&#038;", "&#x26;"];

    /// <summary>The address, or null with the problem as a sentence.</summary>
    public static Uri? Parse(string? address, out string? problem)
    {
        problem = null;
        var text = Unescape((address ?? "").Trim());
        if (text.Length == 0) return Wrong("The download address is empty.", out problem);
        if (text.Length > Longest) return Wrong("The download address is too long.", out problem);

        var scheme = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://"
            : text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://" : null;
        if (scheme is null) return Wrong("The download address is not http or https.", out problem);

        var rest = text[scheme.Length..];
        var end = rest.IndexOfAny(['/', '?', '#', '\\']);
        var authority = end < 0 ? rest : rest[..end];
        if (authority.Contains('@', StringComparison.Ordinal)) return Wrong("The download address holds a user name or password.", out problem);

        var target = end < 0 ? "" : rest[end..];
        var fragment = target.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) target = target[..fragment];
        if (!target.StartsWith('/')) target = "/" + target;

        // The flag keeps Uri from rewriting dots, escapes and case of the signed part.
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        return Uri.TryCreate(scheme + authority + Encode(target), options, out var uri) && uri.Host.Length > 0
            ? uri
            : Wrong("The download address has no usable host.", out problem);
    }

    /// <summary>Undoes one layer of HTML escaping, if there is one: an unescaped address may well hold <c>&amp;copy=</c> and the like.</summary>
    internal static string Unescape(string address) =>
        Escapes.Any(escape => address.Contains(escape, StringComparison.OrdinalIgnoreCase)) ? WebUtility.HtmlDecode(address) : address;

    private static string Encode(string target)
    {
        var encoded = new StringBuilder(target.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in target.EnumerateRunes())
        {
            if (rune.Value is > ' ' and < '\x7f' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}'))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var one in bytes[..rune.EncodeToUtf8(bytes)]) encoded.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    private static Uri? Wrong(string sentence, out string? problem)
    {
        problem = sentence;
        return null;
    }
}
