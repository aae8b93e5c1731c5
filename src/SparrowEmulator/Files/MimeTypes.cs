using Microsoft.AspNetCore.StaticFiles;

namespace SparrowEmulator.Files;

/// <summary>The type of a file: by content for the four kinds of images that the service knows, else by name, else as it was given.</summary>
internal static class MimeTypes
{
    private static readonly FileExtensionContentTypeProvider ByName = new();

    /// <summary>The type.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="beginning">Its first bytes.</param>
    /// <param name="given">What the sender called it, or null.</param>
    public static string Of(string name, ReadOnlySpan<byte> beginning, string? given)
    {
        if (ImageHeader.Read(beginning) is { } image) return image.MimeType;
        if (name.EndsWith(".md", StringComparison.OrdinalIgnoreCase)) return "text/markdown";
        return ByName.TryGetContentType(name, out var type) ? type : given ?? "application/octet-stream";
    }
}
