namespace SparrowFunctions.Sparrow.Requests;

/// <summary>A file on its way to Sparrow.</summary>
public sealed record SparrowUpload
{
    /// <summary>The bytes, read once from where the stream stands and never held whole in memory. The caller keeps and disposes it.</summary>
    public required Stream Content { get; init; }

    /// <summary>How many bytes follow, or null when unknown (then the request is chunked).</summary>
    public long? Length { get; init; }

    /// <summary>The file's name as Sparrow shall know it; folders in it are dropped.</summary>
    public required string FileName { get; init; }

    /// <summary>The MIME type; decides the type where none is given.</summary>
    public string? ContentType { get; init; }

    /// <summary>File or image; null: decided by <see cref="ContentType"/>.</summary>
    public UploadType? Type { get; init; }

    /// <summary>The conversation to upload into: the id of an earlier upload or answer; null for a new one.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The lane, which should be that of the chat to follow.</summary>
    public SparrowMode Mode { get; init; }
}
