using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparrowEmulator.Faults;

/// <summary>Responses that a fault asks for.</summary>
internal static class FaultReply
{
    private const string Page =
        "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>The service behind this gateway did not answer</h1></body></html>";

    /// <summary>The response of a call that is not worked off.</summary>
    public static Reply Of(Fault fault)
    {
        if (fault.Drop is { } point) return Reply.Cut(point);
        var status = fault.Status ?? StatusCodes.Status500InternalServerError;
        return Shape(Reply.Json(status, Body(status, fault.RetryAfter)), fault);
    }

    /// <summary>A usual response, changed in what the fault says about its transport.</summary>
    public static Reply Shape(Reply usual, Fault? fault)
    {
        if (fault is null) return usual;
        var reply = usual;
        if (fault.HtmlBody.Or(Page) is { } page)
        {
            reply = Reply.Text(usual.Status, "text/html; charset=utf-8", page);
        }
        else if (fault.Body is { } body)
        {
            reply = body.ValueKind == JsonValueKind.String
                ? Reply.Text(usual.Status, LooksLikeJson(body.GetString()!) ? "application/json" : "text/plain; charset=utf-8", body.GetString()!)
                : Reply.Json(usual.Status, JsonSerializer.SerializeToNode(body)!);
        }

        return reply with
        {
            Billed = usual.Billed,
            Disposition = usual.Disposition,
            RetryAfter = fault.RetryAfter.Or("1"),
            Drop = fault.Drop,
            Endless = fault.Endless == true,
        };
    }

    // The service's own bodies are in no source. These have the shapes of ChatGPT's backend; a rate limit never speaks of money.
    private static JsonObject Body(int status, OptionalText retryAfter) => status switch
    {
        401 => Detail("The key is not valid."),
        402 => Detail("Not enough points left for this call."),
        403 => Detail("This key may not do that."),
        409 => Detail("A parameter is wrong."),
        415 => Detail("The model that answered is not GPT-4."),
        429 => new JsonObject
        {
            ["detail"] = new JsonObject
            {
                ["message"] = "Too many requests; slow down.",
                ["code"] = "rate_limited",
                ["clears_in"] = double.TryParse(retryAfter.Text, CultureInfo.InvariantCulture, out var seconds) ? seconds : null,
            },
        },
        503 => Detail("The engine is overloaded; try again later."),
        _ => Detail($"The service answered {status}."),
    };

    private static JsonObject Detail(string text) => new() { ["detail"] = text };

    private static bool LooksLikeJson(string text) => text.TrimStart() is ['{' or '[', ..];
}
