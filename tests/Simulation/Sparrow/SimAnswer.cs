using System.Text.Json.Nodes;

namespace SparrowFunctions.Tests.Simulation.Sparrow;

/// <summary>Bodies of a 200, in the shape of the vendor's samples: an empty system message, the user's text given back, the answer.</summary>
internal static class SimAnswer
{
    public static string Of(string conversationId, string messageId, string prompt, string text, string model) => Body(conversationId, messageId,
        Entry(conversationId, $"{messageId}-s", "system", "", model),
        Entry(conversationId, $"{messageId}-u", "user", prompt, model),
        Entry(conversationId, messageId, "assistant", text, model));

    public static string Empty(string conversationId, string messageId, string prompt, string model) => Body(conversationId, messageId,
        Entry(conversationId, $"{messageId}-s", "system", "", model),
        Entry(conversationId, $"{messageId}-u", "user", prompt, model));

    public static string InBandError(string conversationId, string messageId, string prompt, string model) => Body(conversationId, messageId,
        Entry(conversationId, $"{messageId}-u", "user", prompt, model),
        new JsonObject { ["conversation_id"] = conversationId, ["error"] = "Something went wrong.", ["message"] = null });

    private static string Body(string conversationId, string messageId, params JsonNode[] contents) => new JsonObject
    {
        ["created"] = 1,
        ["message_id"] = messageId,
        ["conversation_id"] = conversationId,
        ["end_turn"] = false,
        ["contents"] = new JsonArray(contents),
    }.ToJsonString();

    private static JsonObject Entry(string conversationId, string id, string role, string text, string model) => new()
    {
        ["conversation_id"] = conversationId,
        ["error"] = null,
        ["message"] = new JsonObject
        {
            ["author"] = new JsonObject { ["role"] = role },
            ["content"] = new JsonObject { ["content_type"] = "text", ["parts"] = new JsonArray(text) },
            ["end_turn"] = role == "user" ? null : true,
            ["id"] = id,
            ["metadata"] = role == "assistant" ? new JsonObject { ["model_slug"] = model, ["is_complete"] = true } : new JsonObject(),
            ["recipient"] = "all",
            ["status"] = "finished_successfully",
        },
    };
}
