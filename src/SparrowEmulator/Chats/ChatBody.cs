using System.Text.Json;

namespace SparrowEmulator.Chats;

/// <summary>
/// Reads a question. What the service does not name is passed over (stream, max_tokens, …); an absent field, null and "" mean the same;
/// null entries of attachments and parts are passed over, since the vendor's own samples send them.
/// </summary>
internal static class ChatBody
{
    private const string Pointer = "file-service://";

    /// <summary>Reads a body of the route's form.</summary>
    /// <exception cref="FormatException">A parameter is missing or wrong; the message names it.</exception>
    public static ChatCall Read(JsonElement body, ChatRoute route)
    {
        if (body.ValueKind != JsonValueKind.Object) throw new FormatException("The body must be a JSON object.");
        if (!IsText(body)) throw new FormatException("The body holds what is no Unicode text: send whole characters in UTF-8.");
        var call = new ChatCall
        {
            Texts = route.Form switch
            {
                BodyForm.Single => [Text(body, "user", "message", "")],
                BodyForm.Several => [.. Items(body, "messages").Select((m, i) => Text(m, Role(m, i), "content", $"messages[{i}]."))],
                _ => [.. Items(body, "messages").Select(FreeText)],
            },
            Model = String(body, "model", ""),
            GizmoId = String(body, "gizmo_id", ""),
            ConversationId = String(body, "conversation_id", ""),
            ParentMessageId = String(body, "parent_message_id", ""),
            HistoryDisabled = Flag(body, "history_and_training_disabled") ?? true,
        };
        if (!call.Texts.Any(text => text.Role == "user")) throw new FormatException("messages must hold at least one of role user.");
        if (route.NeedsGizmo && call.GizmoId is null) throw new FormatException($"gizmo_id is missing: {route.Path} is for custom GPTs.");
        return call;
    }

    // Half of a surrogate pair and bytes that are no UTF-8 are told from text only when a string is read
    private static bool IsText(JsonElement body)
    {
        try
        {
            Touch(body);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Touch(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
        if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Touch(item);
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var property in value.EnumerateObject())
        {
            _ = property.Name;
            Touch(property.Value);
        }
    }

    private static ChatText Text(JsonElement from, string role, string field, string place)
    {
        var text = String(from, field, place);
        if (text is null && role == "user") throw new FormatException($"{place}{field} is missing: it must be a text that is not empty.");
        return new ChatText(role, text ?? "", Files(from, "attachments", place), Files(from, "parts", place));
    }

    private static ChatText FreeText(JsonElement message, int index)
    {
        var place = $"messages[{index}].content.parts";
        if (!message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Object)
            throw new FormatException($"messages[{index}].content is missing: it must be {{content_type, parts}}.");
        var parts = Items(content, "parts").Select((part, i) =>
            part.ValueKind == JsonValueKind.String ? part.GetString()! : throw new FormatException($"{place}[{i}] must be a string.")).ToArray();
        var text = string.Join('\n', parts);
        return text.Length > 0 ? new ChatText("user", text, [], []) : throw new FormatException($"{place} must hold a text that is not empty.");
    }

    private static string Role(JsonElement message, int index)
    {
        if (message.ValueKind != JsonValueKind.Object) throw new FormatException($"messages[{index}] must be an object {{role, content}}.");
        return String(message, "role", $"messages[{index}].") switch
        {
            "bot" => "assistant",
            "system" or "user" or "assistant" => String(message, "role", "")!,
            var other => throw new FormatException($"messages[{index}].role is {other ?? "missing"}: it must be system, user or assistant."),
        };
    }

    private static IEnumerable<JsonElement> Items(JsonElement from, string field)
    {
        if (!from.TryGetProperty(field, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new FormatException($"{field} is missing: it must be an array that is not empty.");
        return list.EnumerateArray().Select((item, i) => field == "messages" && item.ValueKind != JsonValueKind.Object
            ? throw new FormatException($"messages[{i}] must be an object.")
            : item);
    }

    private static string? String(JsonElement from, string field, string place)
    {
        if (!from.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw new FormatException($"{place}{field} must be a string.");
        return value.GetString() is { Length: > 0 } text ? text : null;
    }

    private static bool? Flag(JsonElement from, string field) =>
        !from.TryGetProperty(field, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new FormatException($"{field} must be true or false."),
        };

    private static NamedFile[] Files(JsonElement from, string field, string place)
    {
        if (!from.TryGetProperty(field, out var list) || list.ValueKind == JsonValueKind.Null) return [];
        if (list.ValueKind != JsonValueKind.Array) throw new FormatException($"{place}{field} must be an array.");
        return [.. list.EnumerateArray().Where(file => file.ValueKind != JsonValueKind.Null).Select((file, i) => File(file, $"{place}{field}[{i}]"))];
    }

    private static NamedFile File(JsonElement file, string place)
    {
        if (file.ValueKind != JsonValueKind.Object) throw new FormatException($"{place} must be the object that the upload returned.");
        var id = String(file, "id", place + ".") ?? String(file, "asset_pointer", place + ".");
        if (id is null) throw new FormatException($"{place} has neither id nor asset_pointer: send the object that the upload returned.");
        return new NamedFile(id.StartsWith(Pointer, StringComparison.Ordinal) ? id[Pointer.Length..] : id, file.Clone());
    }
}
