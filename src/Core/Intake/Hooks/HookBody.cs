using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>Reads a delivery's body as JSON. A form becomes an object of its fields, or what its field <c>payload</c> holds, as GitHub and Slack send it. Pure.</summary>
public static class HookBody
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    /// <summary>Reads the body; one that is empty counts as an object without fields.</summary>
    /// <param name="request">The delivery.</param>
    /// <param name="rejection">What is wrong with it, when it can't be read.</param>
    /// <returns>The JSON, or null when it is rejected.</returns>
    public static JsonElement? Read(HookRequest request, out Rejection? rejection)
    {
        rejection = null;
        var body = request.Body.Span;
        if (body.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        if (body.IsEmpty)
            return Nothing;
        if (!Utf8.IsValid(body))
        {
            rejection = new Rejection("", "The body is not UTF-8 text.", "Encode it as UTF-8.");
            return null;
        }

        try
        {
            return request.IsForm ? ReadForm(Encoding.UTF8.GetString(body)) : JsonElement.Parse(body);
        }
        catch (JsonException exception)
        {
            rejection = new Rejection(
                "",
                $"The body is not JSON: line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}.",
                "Send JSON with Content-Type application/json, or a form with application/x-www-form-urlencoded.");
            return null;
        }
    }

    private static JsonElement ReadForm(string text)
    {
        var fields = QueryHelpers.ParseQuery(text);
        if (fields.TryGetValue("payload", out var payload))
            return JsonElement.Parse(payload.ToString());

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
                writer.WriteString(name, value.ToString());
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.ToArray());
    }
}
