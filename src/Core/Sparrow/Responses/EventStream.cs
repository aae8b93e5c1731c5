using System.Text;
using System.Text.Json;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>Reads a body of <c>data:</c> lines up to <c>[DONE]</c>, as the free host may send it (inferred).</summary>
internal static class EventStream
{
    /// <summary>The response that the events amount to; null when none is readable or the stream stopped before its end.</summary>
    public static ChatResponse? Read(string body)
    {
        var events = new List<JsonElement>();
        var ended = false;
        foreach (var line in body.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal)) continue;
            var data = line[5..].Trim();
            if (data.SequenceEqual("[DONE]"))
            {
                ended = true;
                break;
            }

            if (JsonText.TryParse(data.ToString(), out var value) && value.ValueKind == JsonValueKind.Object) events.Add(value);
        }

        return ended || events.Exists(IsLast) ? Read(events) : null;
    }

    /// <summary>The response that all events of a stream amount to; null when there are none.</summary>
    public static ChatResponse? Read(IReadOnlyList<JsonElement> events)
    {
        if (events.Count == 0)
            return null;

        var raw = JsonText.Build(writer =>
        {
            writer.WriteStartArray();
            foreach (var item in events) writer.WriteRawValue(item.GetRawText(), skipInputValidation: true);
            writer.WriteEndArray();
        });

        var deltas = new StringBuilder();
        var entries = new List<ContentEntry>();
        var downloads = new List<string>();
        string? conversationId = null;
        string? messageId = null;
        string? slug = null;
        foreach (var item in events)
        {
            conversationId = item.Get("conversation_id").Text() ?? conversationId;
            slug = item.Get("model").Text() ?? slug;
            foreach (var choice in item.Get("choices").Items().Take(1)) deltas.Append(choice.Get("delta", "content").Text());
            if (item.Get("choices").ValueKind == JsonValueKind.Array && item.Get("choices").Items().All(static c => !c.Get("message").HasValue())) continue;

            // Each event repeats its message up to here; whoever picks the answer keeps the last of an id.
            var response = ChatResponseReader.Read(item, item);
            entries.AddRange(response.Contents);
            downloads.AddRange(response.Downloads);
            messageId = response.MessageId ?? messageId;
        }

        if (deltas.Length > 0) entries.Add(ChatResponseReader.Answer(deltas.ToString(), id: null, slug));
        return new ChatResponse(raw, conversationId, messageId, entries, downloads);
    }

    private static bool IsLast(JsonElement item) =>
        item.Get("message", "end_turn").Flag() == true || item.Get("choices").Items().Any(static c => c.Get("finish_reason").HasValue());
}
