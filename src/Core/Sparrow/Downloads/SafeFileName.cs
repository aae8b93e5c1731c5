using System.Buffers;
using System.Globalization;
using System.Text;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>Makes a name from outside safe as a file's and a blob's name on every system.</summary>
public static class SafeFileName
{
    /// <summary>The longest name that is made, in bytes of UTF-8.</summary>
    public const int LongestBytes = 200;

    private const string Nothing = "file";
    private const int LongestExtensionBytes = 32;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"|?*");

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    /// <summary>
    /// The last part of a path of either kind, without control and direction characters, reserved signs replaced, no device name, no dot or space
    /// at its end, at most 200 bytes with its extension kept; <c>file</c> when nothing is left. A safe name comes back as it is.
    /// </summary>
    public static string Make(string? name)
    {
        var last = (name ?? "").Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        var trimmed = Trim(Clean(last).Normalize(NormalizationForm.FormC));
        if (trimmed.Length == 0) return Nothing;

        var dot = trimmed.IndexOf('.', StringComparison.Ordinal);
        if (Devices.Contains((dot < 0 ? trimmed : trimmed[..dot]).TrimEnd(' '))) trimmed = "_" + trimmed;
        return Shorten(trimmed);
    }

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes()) // half surrogate pairs come as U+FFFD
        {
            if (rune.IsBmp && Forbidden.Contains((char)rune.Value)) clean.Append('_');
            else if (Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune)) clean.Append(' ');
            else if (!IsInvisible(rune)) clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    // Format characters turn text around or hide in it; the two joiners are kept, scripts and emoji need them.
    private static bool IsInvisible(Rune rune) =>
        Rune.IsControl(rune)
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D))
        || (rune.Value & 0xFFFE) == 0xFFFE
        || rune.Value is >= 0xFDD0 and <= 0xFDEF;

    private static string Trim(string name) => name.TrimStart(' ').TrimEnd(' ', '.');

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= LongestBytes) return name;
        var (stem, extension) = Split(name);
        return Trim(Cut(stem, LongestBytes - Encoding.UTF8.GetByteCount(extension))) + extension;
    }

    /// <summary>Stem and extension; a leading dot begins no extension, and neither does a dot far from the end.</summary>
    internal static (string Stem, string Extension) Split(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot <= 0 || Encoding.UTF8.GetByteCount(name.AsSpan(dot)) > LongestExtensionBytes ? (name, "") : (name[..dot], name[dot..]);
    }

    /// <summary>As much of the text as fits into so many bytes.</summary>
    internal static string Cut(string text, int bytes)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0) break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
