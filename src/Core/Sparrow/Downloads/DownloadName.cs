using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>
/// Finds the name of a fetched file: the answer's Content-Disposition, else the one that a signed address asks for in <c>rscd</c>, else the last
/// part of the path with an extension for the content type. The name is as found; <see cref="SafeFileName"/> makes it safe.
/// </summary>
public static partial class DownloadName
{
    /// <summary>The name, or an empty string when nothing gives one.</summary>
    public static string Pick(string? contentDisposition, Uri address, string? contentType)
    {
        if (FromDisposition(contentDisposition) is { } given) return given;
        if (FromDisposition(QueryValue(address.Query, "rscd")) is { } signed) return signed;

        var path = address.AbsolutePath;
        var last = Decode(path[(path.LastIndexOf('/') + 1)..]);
        return last.Length > 0 && Path.GetExtension(last).Length <= 1 ? last + ExtensionOf(contentType) : last;
    }

    /// <summary>The file name of a Content-Disposition: <c>filename*</c> before <c>filename</c>, quotes and their escapes taken off.</summary>
    internal static string? FromDisposition(string? disposition)
    {
        if (string.IsNullOrWhiteSpace(disposition)) return null;
        try
        {
            return Find(disposition);
        }
        catch (RegexMatchTimeoutException)
        {
            return null; // made to be slow: the next source of a name is good enough
        }
    }

    private static string? Find(string disposition)
    {
        if (Extended().Match(disposition) is { Success: true } extended && DecodeExtended(extended.Groups["charset"].Value, extended.Groups["text"].Value) is { Length: > 0 } name)
        {
            return name;
        }

        if (Quoted().Match(disposition) is { Success: true } quoted) return NotEmpty(QuotedPair().Replace(quoted.Groups["text"].Value, "${text}"));
        return Bare().Match(disposition) is { Success: true } bare ? NotEmpty(bare.Groups["text"].Value.Trim().Trim('"')) : null;
    }

    // Decoded once: a name that was escaped twice keeps its inner escapes, since they belong to it. A plus is a plus here.
    private static string? QueryValue(string query, string key)
    {
        foreach (var pair in query.TrimStart('?').Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && Decode(pair[..equals]) == key) return Decode(pair[(equals + 1)..]);
        }

        return null;
    }

    private static string? DecodeExtended(string charset, string text)
    {
        try
        {
            var bytes = new List<byte>(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one))
                {
                    bytes.Add(one);
                    i += 2;
                }
                else
                {
                    bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
                }
            }

            return Encoding.GetEncoding(charset.Length > 0 ? charset : "utf-8").GetString([.. bytes]);
        }
        catch (ArgumentException)
        {
            return null; // a charset that is not known here: filename is the next choice
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private static string? NotEmpty(string text) => text.Length > 0 ? text : null;

    /// <summary>The usual extension of a content type, with its dot; empty when there is none.</summary>
    internal static string ExtensionOf(string? contentType) => (contentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant() switch
    {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/svg+xml" => ".svg",
        "text/plain" => ".txt",
        "text/csv" => ".csv",
        "text/markdown" => ".md",
        "text/html" => ".html",
        "application/json" => ".json",
        "application/xml" or "text/xml" => ".xml",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ".xlsx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => ".docx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => ".pptx",
        "audio/mpeg" => ".mp3",
        "audio/wav" => ".wav",
        "video/mp4" => ".mp4",
        _ => "",
    };

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // RFC 5987: charset'language'percent-encoded
    [GeneratedRegex(@"(?<=^|[;\s])filename\*\s*=\s*""?(?<charset>[^'""]*)'[^']*'(?<text>[^;""]*)", Options, 1000)]
    private static partial Regex Extended();

    // To the last quote before the next parameter, so that a name with bare quotes in it stays whole.
    [GeneratedRegex(@"(?<=^|[;\s])filename\s*=\s*""(?<text>.*?)(?<!(?<!\\)\\)""\s*(?=$|;\s*[\w*-]+\s*=|;\s*$)", Options, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<=^|[;\s])filename\s*=\s*(?<text>.*?)\s*(?=$|;\s*[\w*-]+\s*=|;\s*$)", Options, 1000)]
    private static partial Regex Bare();

    [GeneratedRegex(@"\\(?<text>[""\\])", Options, 1000)]
    private static partial Regex QuotedPair();
}
