using SparrowEmulator.Calls;

namespace SparrowEmulator.Files;

/// <summary>What is kept of an upload: everything but its bytes.</summary>
/// <param name="Id">Its id, <c>file-…</c>.</param>
/// <param name="Name">Its name without folders.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, hexadecimal.</param>
/// <param name="MimeType">Its type by content for images, by name for all else.</param>
/// <param name="Image">Width and height, when the header says.</param>
internal sealed record StoredUpload(string Id, string Name, long Size, string Sha256, string MimeType, ImageHeader? Image)
{
    /// <summary>The file as the ledger shows it.</summary>
    public CallFile ToCallFile() => new(Id, Name, Size, Sha256, MimeType);
}
