using SparrowFunctions.Files.Headers;

namespace SparrowFunctions.Files;

/// <summary>What a file that goes to Sparrow is: its type, and whether it goes as an image. Pure.</summary>
/// <param name="ContentType">The MIME type.</param>
/// <param name="IsImage">Whether a model can look at it: one of the four kinds that Sparrow takes, with a header that tells its width and height.</param>
public readonly record struct FileType(string ContentType, bool IsImage)
{
    // What content would show beyond doubt: a name or a stored type that claims one of these without its signature is wrong
    private static readonly HashSet<string> Provable = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "application/pdf", "application/zip", "application/x-zip-compressed",
    };

    /// <summary>
    /// Content wins where it has a signature: a PNG called .txt is an image, since the model is shown what the bytes are, and a program called
    /// .png is none, since a chat with it among its images would fail as a whole. Where the signature is that of a wrapping, or there is none, the
    /// stored type and the name decide, unless they claim what the content denies.
    /// </summary>
    /// <param name="name">The file's name.</param>
    /// <param name="storedType">The type it was stored with; null or unknown for none.</param>
    /// <param name="header">What its first bytes say.</param>
    public static FileType Of(string name, string? storedType, FileHeader header)
    {
        if (header is { MediaType: { } sure, IsContainer: false })
            return new FileType(sure, header.Image is not null && sure is ("image/png" or "image/jpeg" or "image/gif" or "image/webp"));

        foreach (var claimed in new[] { MediaType.Of("", storedType), MediaType.Of(name, null) })
        {
            if (claimed != MediaType.Unknown && !IsDenied(claimed, header))
                return new FileType(claimed, IsImage: false);
        }

        return new FileType(header.MediaType ?? (header.IsText ? "text/plain" : MediaType.Unknown), IsImage: false);
    }

    // A wrapping is not text either, whatever it is called
    private static bool IsDenied(string claimed, FileHeader header) => header.MediaType is null
        ? Provable.Contains(claimed)
        : (Provable.Contains(claimed) && claimed is not ("application/zip" or "application/x-zip-compressed")) || claimed.StartsWith("text/", StringComparison.Ordinal);
}
