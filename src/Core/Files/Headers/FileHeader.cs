namespace SparrowFunctions.Files.Headers;

/// <summary>What the first bytes of a file say of it. Pure; never throws, whatever the bytes.</summary>
/// <param name="MediaType">The type that a signature stands for; null where there is none.</param>
/// <param name="Image">Width and height; null where it is no image, or its header is cut short.</param>
/// <param name="IsContainer">Whether the signature is only that of a wrapping, and the name says what is wrapped (office files are ZIP or OLE).</param>
/// <param name="IsText">Whether the bytes are text in UTF-8.</param>
public readonly record struct FileHeader(string? MediaType, ImageSize? Image, bool IsContainer, bool IsText)
{
    /// <summary>How many bytes are looked at, at most: a photograph may carry long metadata before its frame.</summary>
    public const int Reach = 256 * 1024;

    /// <summary>Reads the beginning of a file; bytes past <see cref="Reach"/> are not looked at.</summary>
    /// <param name="beginning">The first bytes, all of them where the file is shorter than <see cref="Reach"/>.</param>
    public static FileHeader Read(ReadOnlySpan<byte> beginning)
    {
        var data = beginning[..Math.Min(beginning.Length, Reach)];
        if (ImageHeader.TypeOf(data) is { } image)
            return new FileHeader(image, ImageHeader.SizeOf(data), IsContainer: false, IsText: false);
        if (Signature.Of(data) is { } signature)
            return new FileHeader(signature.MediaType, null, signature.IsContainer, IsText: false);
        return new FileHeader(null, null, IsContainer: false, Utf8Text.Is(data, isCut: beginning.Length >= Reach));
    }
}
