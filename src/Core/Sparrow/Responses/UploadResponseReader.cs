using System.Text.Json;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>Reads the answer of an upload; attachment and part are kept as they came, unknown fields included.</summary>
public static class UploadResponseReader
{
    /// <summary>The uploaded file, or null when the body is no JSON object.</summary>
    public static UploadedFile? Read(string body) =>
        JsonText.TryParse(body.TrimStart('\uFEFF'), out var root) && root.ValueKind == JsonValueKind.Object
            ? new UploadedFile(root.Get("conversation_id").Text() is { Length: > 0 } id ? id : null, Object(root.Get("attachment")), Object(root.Get("part")), root)
            : null;

    private static JsonElement? Object(JsonElement element) => element.ValueKind == JsonValueKind.Object ? element : null;
}
