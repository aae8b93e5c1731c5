using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace SparrowEmulator.Admin;

/// <summary>Reads what is sent to the admin side; a problem is told with the field's place and a remedy.</summary>
internal static class AdminBody
{
    /// <summary>Reads any JSON.</summary>
    public static async Task<(JsonNode? Body, string? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: cancellationToken) is { } body
                ? (body, null)
                : (null, "The body is null; send a JSON object or array.");
        }
        catch (JsonException e)
        {
            return (null, $"The body is not JSON: {e.Message}");
        }
    }

    /// <summary>Reads a list of rules; a single rule may stand without its brackets.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="type">How a rule is read.</param>
    /// <param name="check">What is wrong with a rule that could be read; null when nothing is.</param>
    public static (IReadOnlyList<T> Rules, string? Problem) Rules<T>(JsonNode body, JsonTypeInfo<T> type, Func<T, string?> check)
    {
        var nodes = body is JsonArray array ? array.ToArray() : [body];
        var rules = new List<T>();
        for (var i = 0; i < nodes.Length; i++)
        {
            var place = body is JsonArray ? $"[{i}]." : "";
            if (nodes[i] is not JsonObject rule) return ([], $"{place.TrimEnd('.')} is not an object; send a rule, or an array of rules.".TrimStart());
            try
            {
                rules.Add(rule.Deserialize(type)!);
            }
            catch (JsonException e)
            {
                return ([], place + Explain(e));
            }

            if (check(rules[^1]) is { } problem) return ([], place + problem);
        }

        return (rules, null);
    }

    /// <summary>Names the field and what is wrong with it.</summary>
    public static string Explain(JsonException error)
    {
        var path = error.Path is { } p && p.StartsWith("$.", StringComparison.Ordinal) ? p[2..] : error.Path ?? "the body";
        if (error.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return $"{path} is not a known field; docs/emulator.md lists them.";
        if (error.Message.Contains("missing required", StringComparison.Ordinal))
            return $"{(path == "$" ? "a required field is missing" : $"{path} lacks a required field")}: {error.Message[(error.Message.LastIndexOf(':') + 1)..].Trim(' ', '.')}.";
        return $"{path} has a value of the wrong type, or one that is not among those allowed.";
    }
}
