using System.Text.Json;

namespace SparrowFunctions.Files.Uploads;

/// <summary>A job's files, uploaded into one conversation of Sparrow.</summary>
/// <param name="ConversationId">The conversation they belong to; the chat must name it.</param>
/// <param name="Attachments">Files, exactly as Sparrow returned them.</param>
/// <param name="Parts">Images, as Sparrow returned them, with what it left out.</param>
public sealed record UploadedFiles(string? ConversationId, IReadOnlyList<JsonElement> Attachments, IReadOnlyList<JsonElement> Parts)
{
    /// <summary>The files of some uploads, in their order.</summary>
    /// <param name="uploads">The uploads, one after the other into one conversation.</param>
    /// <param name="conversationId">The conversation the first of them named.</param>
    public static UploadedFiles Of(IReadOnlyList<Upload> uploads, string? conversationId) => new(
        uploads is [.., var last] ? last.ConversationId : conversationId,
        [.. uploads.Select(upload => upload.Attachment).OfType<JsonElement>()],
        [.. uploads.Select(upload => upload.Part).OfType<JsonElement>()]);
}
