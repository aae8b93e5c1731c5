using System.Text.Json;

namespace SparrowFunctions.Files;

/// <summary>A job's files, uploaded into one upload conversation.</summary>
/// <param name="ConversationId">The conversation they belong to; the chat must name it.</param>
/// <param name="Attachments">Files, exactly as Sparrow returned them.</param>
/// <param name="Parts">Images, exactly as Sparrow returned them.</param>
public sealed record UploadedFiles(string? ConversationId, IReadOnlyList<JsonElement> Attachments, IReadOnlyList<JsonElement> Parts)
{
    /// <summary>No files.</summary>
    public static UploadedFiles None { get; } = new(null, [], []);
}
