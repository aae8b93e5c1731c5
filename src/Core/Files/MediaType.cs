using System.Buffers;
using Microsoft.AspNetCore.StaticFiles;

namespace SparrowFunctions.Files;

/// <summary>What kind of file a blob is, from the type it was stored with and from its name. Pure.</summary>
public static class MediaType
{
    /// <summary>What is said of a file that nothing is known of.</summary>
    public const string Unknown = "application/octet-stream";

    // The longest that a registered type may be, either part
    private const int MaxLength = 127;

    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");
    private static readonly FileExtensionContentTypeProvider ByExtension = new();

    /// <summary>
    /// The stored type where it says something, else the one that the name suggests. It is a header's value again when the file is stored or sent on,
    /// so what is no type in plain ASCII says nothing: storage refuses it, try after try.
    /// </summary>
    public static string Of(string name, string? storedType)
    {
        var stored = storedType?.Split(';')[0].Trim().ToLowerInvariant();
        if (stored is not null and not Unknown && IsType(stored))
            return stored;
        return ByExtension.TryGetContentType(name, out var byName) ? byName : Unknown;
    }

    private static bool IsType(string text) => text.Split('/') is [{ Length: > 0 and <= MaxLength } type, { Length: > 0 and <= MaxLength } subtype]
        && !type.AsSpan().ContainsAnyExcept(Token) && !subtype.AsSpan().ContainsAnyExcept(Token);
}
