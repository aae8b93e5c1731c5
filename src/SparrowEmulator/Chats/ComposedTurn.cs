using System.Text.Json.Nodes;
using SparrowEmulator.Admin;

namespace SparrowEmulator.Chats;

/// <summary>One turn answered, before it takes a shape on the wire.</summary>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="ModelSlug">The model that answered.</param>
/// <param name="At">When.</param>
/// <param name="Contents">The entries.</param>
internal sealed record ComposedTurn(string ConversationId, string ModelSlug, DateTimeOffset At, JsonArray Contents)
{
    /// <summary>What the next turn names as its parent.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>The answer's text; null when there is none.</summary>
    public string? Text { get; init; }

    /// <summary>Addresses of the files made.</summary>
    public IReadOnlyList<string> Downloads { get; init; } = [];

    /// <summary>The 200 in the asked shape.</summary>
    public Reply ToReply(ResponseShape shape) => shape switch
    {
        ResponseShape.Choices => Reply.Json(StatusCodes.Status200OK, Choices()),
        ResponseShape.Sse => Reply.Text(StatusCodes.Status200OK, "text/event-stream; charset=utf-8", Events()),
        _ => Reply.Json(StatusCodes.Status200OK, Whole()),
    };

    // Top-level end_turn is false in every sample, also where the last message's is true; downloads is absent when there are none.
    private JsonObject Whole() => WithDownloads(new JsonObject
    {
        ["created"] = At.ToUnixTimeSeconds(),
        ["message_id"] = MessageId,
        ["conversation_id"] = ConversationId,
        ["end_turn"] = false,
        ["contents"] = Contents,
    });

    private JsonObject Choices() => WithDownloads(new JsonObject
    {
        ["id"] = $"chatcmpl-{MessageId}",
        ["object"] = "chat.completion",
        ["created"] = At.ToUnixTimeSeconds(),
        ["model"] = ModelSlug,
        ["conversation_id"] = ConversationId,
        ["message_id"] = MessageId,
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = Text },
            ["finish_reason"] = "stop",
        }),
    });

    private string Events() =>
        string.Concat(Contents.Select(entry => $"data: {System.Text.Encoding.UTF8.GetString(Reply.Json(200, entry!).Body.Span)}\n\n")) + "data: [DONE]\n\n";

    private JsonObject WithDownloads(JsonObject body)
    {
        if (Downloads.Count > 0) body["downloads"] = new JsonArray([.. Downloads.Select(url => JsonValue.Create(url))]);
        return body;
    }
}
