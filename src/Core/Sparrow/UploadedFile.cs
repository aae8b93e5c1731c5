using System.Text.Json;

namespace SparrowFunctions.Sparrow;

/// <summary>What an upload was answered with; exactly one of attachment and part is set, as far as is known.</summary>
/// <param name="ConversationId">The id that the chat has to name; opaque.</param>
/// <param name="Attachment">The file as received, to be echoed in <see cref="ChatRequest.Attachments"/>.</param>
/// <param name="Part">The image as received, to be echoed in <see cref="ChatRequest.Parts"/>.</param>
/// <param name="Raw">The whole answer.</param>
public sealed record UploadedFile(string? ConversationId, JsonElement? Attachment, JsonElement? Part, JsonElement Raw);
