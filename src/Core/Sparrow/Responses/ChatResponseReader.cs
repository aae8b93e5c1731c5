using System.Text.Json;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>
/// Reads the body of a 200. <c>contents</c> is certain; that openai-system or the free host may answer with <c>choices</c>, a bare
/// <c>message</c> or an event stream is inferred, so all of them are taken.
/// </summary>
public static class ChatResponseReader
{
    /// <summary>The response, or null when the body is not readable as one.</summary>
    public static ChatResponse? Read(string body)
    {
        var text = body.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.StartsWith("data:", StringComparison.Ordinal) || text.StartsWith("event:", StringComparison.Ordinal) || text.StartsWith(':'))
        {
            return EventStream.Read(text);
        }

        return JsonText.TryParse(text, out var raw) && raw.ValueKind == JsonValueKind.Object ? Read(raw, raw) : null;
    }

    /// <summary>Reads a response as it was kept: of an event stream, the events in an array. Null when it is none.</summary>
    public static ChatResponse? ReadKept(string json) => JsonText.TryParse(json, out var raw) && raw.ValueKind == JsonValueKind.Array
        ? EventStream.Read([.. raw.Items().Where(static item => item.ValueKind == JsonValueKind.Object)])
        : Read(json);

    /// <summary>Reads one JSON object; <paramref name="raw"/> is what is kept as received.</summary>
    internal static ChatResponse Read(JsonElement root, JsonElement raw)
    {
        var contents = Contents(root);
        var downloads = new List<string>();
        foreach (var item in root.Get("downloads").Items())
        {
            // Strings are what has been seen; an object with an address costs nothing to take.
            if ((item.Text() ?? item.Get("url").Text() ?? item.Get("origin").Text()) is { Length: > 0 } address) downloads.Add(address);
        }

        return new ChatResponse(
            raw,
            NotEmpty(root.Get("conversation_id").Text()),
            NotEmpty(root.Get("message_id").Text()) ?? NotEmpty(root.Get("message", "id").Text()),
            contents,
            downloads);
    }

    private static List<ContentEntry> Contents(JsonElement root)
    {
        var entries = new List<ContentEntry>();
        if (root.Get("contents").ValueKind == JsonValueKind.Array)
        {
            entries.AddRange(root.Get("contents").Items().Select(Entry));
            AddRootError(root, entries);
            return entries;
        }

        var slug = root.Get("model").Text();
        foreach (var choice in root.Get("choices").Items().Take(1))
        {
            if (Plain(choice.Get("message", "content")) is { } text) entries.Add(Answer(text, root.Get("id").Text(), slug));
        }

        var message = root.Get("message");
        if (entries.Count == 0 && message.ValueKind == JsonValueKind.Object)
        {
            entries.Add(message.Get("content").ValueKind == JsonValueKind.Object
                ? Entry(root)
                : new ContentEntry(Answer(Plain(message.Get("content")) ?? "", message.Get("id").Text(), slug).Message, ErrorText(root.Get("error"))));
            return entries;
        }

        if (entries.Count == 0 && message.Text() is { } bare)
        {
            // {"code": 500, "message": "…"} is how a gateway reports a failure, also under a 200.
            entries.Add(LooksLikeFailure(root) ? new ContentEntry(null, bare) : Answer(bare, root.Get("message_id").Text(), slug));
            if (LooksLikeFailure(root)) return entries;
        }

        AddRootError(root, entries);
        return entries;
    }

    private static void AddRootError(JsonElement root, List<ContentEntry> entries)
    {
        if ((ErrorText(root.Get("error")) ?? ErrorText(root.Get("detail"))) is { } error) entries.Add(new ContentEntry(null, error));
    }

    private static bool LooksLikeFailure(JsonElement root) =>
        root.Get("code") switch
        {
            { ValueKind: JsonValueKind.Number } code => !code.TryGetInt32(out var number) || number is not (0 or 200),
            { ValueKind: JsonValueKind.String } => true,
            _ => root.Get("success").Flag() == false,
        };

    /// <summary>One entry, whatever it is; what is broken becomes an entry without a message.</summary>
    internal static ContentEntry Entry(JsonElement entry)
    {
        var error = ErrorText(entry.Get("error"));
        var message = entry.Get("message");
        if (message.ValueKind != JsonValueKind.Object) return new ContentEntry(null, error);
        return new ContentEntry(
            new ContentMessage(
                NotEmpty(message.Get("id").Text()),
                message.Get("author", "role").Text() ?? message.Get("role").Text(),
                message.Get("recipient").Text(),
                message.Get("end_turn").Flag(),
                message.Get("content", "content_type").Text(),
                message.Get("content"),
                message.Get("metadata")),
            error);
    }

    /// <summary>An entry as contents would hold it, for a plain answer text.</summary>
    internal static ContentEntry Answer(string text, string? id, string? modelSlug) => new(
        new ContentMessage(
            id,
            "assistant",
            "all",
            EndTurn: true,
            "text",
            JsonText.Build(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("content_type", "text");
                writer.WriteStartArray("parts");
                writer.WriteStringValue(text);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
            modelSlug is null
                ? default
                : JsonText.Build(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("model_slug", modelSlug);
                    writer.WriteEndObject();
                })),
        Error: null);

    /// <summary>An in-band error as text: null in every sample, a string or an object upstream.</summary>
    internal static string? ErrorText(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => null,
        JsonValueKind.String => NotEmpty(error.Text()),
        JsonValueKind.Object => error.Get("message").Text() ?? error.Get("detail").Text() ?? error.Get("code").Text() ?? error.GetRawText(),
        _ => error.GetRawText(),
    };

    private static string? Plain(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.Text(),
        JsonValueKind.Array => string.Concat(content.Items().Select(static part => part.Text() ?? part.Get("text").Text())),
        _ => null,
    };

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
