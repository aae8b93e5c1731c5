using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparrowFunctions.Sparrow.Requests;

/// <summary>
/// Writes a chat request as JSON. Unset optionals are left out, attachments and parts are echoed byte for byte,
/// <c>history_and_training_disabled</c> always stands there: the server's default would make generated files unfetchable.
/// </summary>
public static class ChatRequestBody
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    /// <summary>Fields that the product sets, or keeps unset on purpose (<c>stream</c>); extra fields may not name them.</summary>
    public static IReadOnlySet<string> ReservedFields { get; } = new[]
    {
        "message", "messages", "model", "gizmo_id", "conversation_id", "parent_message_id",
        "attachments", "parts", "history_and_training_disabled", "stream",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an extra field of this name would collide; case does not matter, since some JSON readers ignore it.</summary>
    public static bool IsReserved(string name) => ReservedFields.Contains(name);

    /// <summary>What is wrong with a request before it is sent, as one sentence; null when nothing is.</summary>
    public static string? Problem(ChatRequest request) => request switch
    {
        { Message: null, Messages: null } => "The request has neither a message nor messages.",
        { Message: not null, Messages: not null } => "The request has both a message and messages; only one of them can be sent.",
        { Messages.Count: 0 } => "The request's list of messages is empty.",
        { Mode: SparrowMode.Free, Messages: not null } => "The free mode takes one prompt, not several messages; use mode standard.",
        { Mode: SparrowMode.Free, GizmoId.Length: > 0 } => "The free mode knows no GPTs; use mode standard, or leave out the GPT's id.",
        { Mode: SparrowMode.Free, Attachments.Count: > 0 } or { Mode: SparrowMode.Free, Parts.Count: > 0 } => "The free mode takes no files; use mode standard.",
        { Mode: SparrowMode.Free, ConversationId.Length: > 0 } => "The free mode keeps no conversations; use mode standard.",
        { Extra: { } extra } => ExtraProblem(extra),
        _ => null,
    };

    /// <summary>The request's body as UTF-8.</summary>
    public static byte[] Write(ChatRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            if (request.Mode == SparrowMode.Free)
            {
                WriteFree(writer, request.Message ?? "");
            }
            else
            {
                WriteFields(writer, request);
            }

            if (request.Extra is { ValueKind: JsonValueKind.Object } extra)
            {
                foreach (var field in extra.EnumerateObject())
                {
                    writer.WritePropertyName(field.Name);
                    writer.WriteRawValue(field.Value.GetRawText(), skipInputValidation: true);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string? ExtraProblem(JsonElement extra)
    {
        if (extra.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        if (extra.ValueKind != JsonValueKind.Object) return "extra is not an object: write the further fields as a JSON object.";
        foreach (var field in extra.EnumerateObject())
        {
            if (IsReserved(field.Name)) return $"extra names the field '{field.Name}', which is set by the product: remove it from extra.";
        }

        return null;
    }

    // No role, no model, no ids: this is the whole body that the guide shows.
    private static void WriteFree(Utf8JsonWriter writer, string message)
    {
        writer.WriteStartArray("messages");
        writer.WriteStartObject();
        writer.WriteStartObject("content");
        writer.WriteString("content_type", "text");
        writer.WriteStartArray("parts");
        writer.WriteStringValue(message);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter writer, ChatRequest request)
    {
        if (request.Messages is { } messages)
        {
            WriteMessages(writer, request, messages);
        }
        else
        {
            writer.WriteString("message", request.Message);
        }

        writer.WriteString("model", request.Model);
        if (request.GizmoId is { Length: > 0 } gizmoId) writer.WriteString("gizmo_id", gizmoId);
        if (request.ConversationId is { Length: > 0 } conversationId)
        {
            writer.WriteString("conversation_id", conversationId);
            if (request.ParentMessageId is { Length: > 0 } parentMessageId) writer.WriteString("parent_message_id", parentMessageId);
        }

        if (request.Messages is null)
        {
            WriteRaw(writer, "attachments", request.Attachments);
            WriteRaw(writer, "parts", request.Parts);
        }

        writer.WriteBoolean("history_and_training_disabled", request.HistoryAndTrainingDisabled);
    }

    private static void WriteMessages(Utf8JsonWriter writer, ChatRequest request, IReadOnlyList<ChatMessage> messages)
    {
        // Files of the request as a whole belong to what the user says last: in this form only messages carry files (inferred).
        var last = LastUser(messages);
        writer.WriteStartArray("messages");
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            writer.WriteStartObject();
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content);
            WriteRaw(writer, "attachments", [.. message.Attachments ?? [], .. i == last ? request.Attachments : []]);
            WriteRaw(writer, "parts", [.. message.Parts ?? [], .. i == last ? request.Parts : []]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static int LastUser(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (string.Equals(messages[i].Role, "user", StringComparison.OrdinalIgnoreCase)) return i;
        }

        return messages.Count - 1;
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, IReadOnlyList<JsonElement> values)
    {
        if (values.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
        }

        writer.WriteEndArray();
    }
}
