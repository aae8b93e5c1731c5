using System.Text.Json.Nodes;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>A response of Sparrow's that is nested as deep as is read.</summary>
internal static class NestedAnswer
{
    // Response, contents, entry, message, metadata
    private const int AroundIt = 5;

    /// <summary>The response's text.</summary>
    /// <param name="levels">How deep it is nested.</param>
    /// <param name="download">The address of a generated file; null for none.</param>
    public static string Of(int levels, Uri? download = null)
    {
        var response = new JsonObject
        {
            ["conversation_id"] = "c",
            ["message_id"] = "m",
            ["contents"] = new JsonArray(new JsonObject
            {
                ["message"] = new JsonObject
                {
                    ["id"] = "m",
                    ["author"] = new JsonObject { ["role"] = "assistant" },
                    ["content"] = new JsonObject { ["content_type"] = "text", ["parts"] = new JsonArray("From the deep.") },
                    ["end_turn"] = true,
                    ["recipient"] = "all",
                    ["metadata"] = new JsonObject { ["deep"] = "here" },
                },
            }),
        };
        if (download is not null)
            response["downloads"] = new JsonArray(download.ToString());
        return response.ToJsonString().Replace("\"here\"", new string('[', levels - AroundIt) + new string(']', levels - AroundIt), StringComparison.Ordinal);
    }
}
