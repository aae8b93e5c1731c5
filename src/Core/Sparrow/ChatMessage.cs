using System.Text.Json;

namespace SparrowFunctions.Sparrow;

/// <summary>One of several messages of a request through openai-system. The shape is inferred from a type of the vendor's own client.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">The text.</param>
/// <param name="Attachments">Uploaded files that belong to this message, exactly as the upload returned them.</param>
/// <param name="Parts">Uploaded images that belong to this message, exactly as the upload returned them.</param>
public sealed record ChatMessage(
    string Role,
    string Content,
    IReadOnlyList<JsonElement>? Attachments = null,
    IReadOnlyList<JsonElement>? Parts = null);
