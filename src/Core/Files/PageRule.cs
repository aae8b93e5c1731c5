using SparrowFunctions.Files.Headers;

namespace SparrowFunctions.Files;

/// <summary>Tells a web page that a server sent in place of a file: a sign-in, a gateway's excuse. Pure.</summary>
internal static class PageRule
{
    /// <summary>How many bytes have to be looked at.</summary>
    public const int Reach = 4 * 1024;

    // Files that may well begin as a page does, since that is what was asked for
    private static readonly HashSet<string> Pages = new(StringComparer.OrdinalIgnoreCase)
    {
        ".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".xml", ".svg", ".txt", ".md", ".eml", ".php", ".jsp", ".asp", ".aspx", ".vue", ".tmpl",
    };

    /// <summary>Whether the bytes are a page although the name promises another kind of file.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="beginning">Its first bytes.</param>
    public static bool IsInPlaceOf(string name, ReadOnlySpan<byte> beginning) => !Pages.Contains(Path.GetExtension(name)) && Utf8Text.IsPage(beginning);
}
