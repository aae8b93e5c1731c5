namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>A generated file that has begun to arrive. Dispose it when it has been read.</summary>
/// <param name="Content">The bytes as they arrive. Reading throws <see cref="TimeoutException"/> when they stop for too long, and <see cref="IOException"/> when the connection breaks.</param>
/// <param name="ContentType">The MIME type as told, without parameters; null when not told.</param>
/// <param name="Length">The bytes to come, where told.</param>
/// <param name="FileName">A safe name; not unique among others.</param>
public sealed record DownloadedFile(Stream Content, string? ContentType, long? Length, string FileName) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
