namespace SparrowFunctions.Intake;

/// <summary>A blob as it was when the prompt that names it was taken in; it is read with If-Match, so a changed one is noticed.</summary>
/// <param name="Path">Which blob.</param>
/// <param name="ETag">Its version then.</param>
/// <param name="Size">Its size then, in bytes.</param>
/// <param name="ContentType">The type it was stored with.</param>
public sealed record BlobVersion(BlobPath Path, string ETag, long Size, string? ContentType)
{
    /// <summary>What to tell the sender when this version is no more.</summary>
    /// <param name="deleted">Whether the blob was deleted; else it was changed.</param>
    public string Gone(bool deleted) =>
        $"Blob {Path} {(deleted ? "was deleted" : "changed")} after the prompt was taken in. Send the prompt again with a new id; the newer version of a dropped file is taken by itself.";
}
