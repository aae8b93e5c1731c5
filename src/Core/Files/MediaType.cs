using Microsoft.AspNetCore.StaticFiles;

namespace SparrowFunctions.Files;

/// <summary>What kind of file a blob is, from the type it was stored with and from its name. Pure.</summary>
public static class MediaType
{
    /// <summary>What is said of a file that nothing is known of.</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly FileExtensionContentTypeProvider ByExtension = new();

    /// <summary>The stored type where it says something, else the one that the name suggests.</summary>
    public static string Of(string name, string? storedType)
    {
        var stored = storedType?.Split(';')[0].Trim().ToLowerInvariant();
        if (stored is { Length: > 0 } and not Unknown)
            return stored;
        return ByExtension.TryGetContentType(name, out var byName) ? byName : Unknown;
    }
}
