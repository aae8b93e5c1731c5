using System.Buffers;
using System.Text;

namespace SparrowFunctions.Files.Headers;

/// <summary>Whether bytes are text, and whether they are a web page.</summary>
internal static class Utf8Text
{
    private const int PageReach = 1024;

    // All control characters that no text has; tab, line feed, form feed, carriage return and escape are let through
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 127]);

    /// <summary>Whether the bytes are UTF-8 without control characters.</summary>
    /// <param name="data">The first bytes of a file.</param>
    /// <param name="isCut">Whether more follow: then a character may be cut at the end.</param>
    public static bool Is(ReadOnlySpan<byte> data, bool isCut)
    {
        if (data.ContainsAny(Controls))
            return false;
        while (!data.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(data, out _, out var read);
            if (status != OperationStatus.Done)
                return isCut && status == OperationStatus.NeedMoreData;
            data = data[read..];
        }

        return true;
    }

    /// <summary>Whether the bytes begin as an HTML page does, behind a byte order mark, white space and comments.</summary>
    public static bool IsPage(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data[..Math.Min(data.Length, PageReach)]).AsSpan().TrimStart("\uFEFF \t\r\n\f");
        while (text.StartsWith("<!--", StringComparison.Ordinal) && text.IndexOf("-->", StringComparison.Ordinal) is var end and >= 0)
            text = text[(end + 3)..].TrimStart(" \t\r\n\f");
        return Begins(text, "<!doctype html") || Begins(text, "<html");

        static bool Begins(ReadOnlySpan<char> text, string tag) =>
            text.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && (text.Length == tag.Length || text[tag.Length] is '>' or ' ' or '\t' or '\r' or '\n');
    }
}
