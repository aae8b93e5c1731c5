using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>The app's own description of its routes, to hold against what it answers.</summary>
public sealed class ApiDescription(JsonElement document)
{
    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    /// <summary>All routes: method, path below the prefix, and what is said of it.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    /// <summary>Fails unless the description knows this answer: route, status, type and the form of the body.</summary>
    public void Check(string method, string path, int status, string? mediaType, string text)
    {
        var (_, template, operation) = Operations.Where(each => each.Method == method && Matches(each.Path, path)).MinBy(each => each.Path.Count(c => c == '{'));
        template.ShouldNotBeNull($"{method} {path} is not described.");
        operation.GetProperty("responses").TryGetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var response).ShouldBeTrue($"{method} {template} is not described to answer {status}: {text}");
        response = Resolve(response);
        if (!response.TryGetProperty("content", out var content))
        {
            text.ShouldBeEmpty($"{method} {template} {status}");
            return;
        }

        if (content.TryGetProperty("application/octet-stream", out _))
            return;
        content.TryGetProperty(mediaType ?? "", out var media).ShouldBeTrue($"{method} {template} {status} is not described as {mediaType}");
        Problems(media.GetProperty("schema"), JsonDocument.Parse(text).RootElement).ShouldBeEmpty($"{method} {template} {status}: {text}");
    }

    /// <summary>What of a value is not as a schema of the description has it.</summary>
    public IReadOnlyList<string> Problems(JsonElement schema, JsonElement value)
    {
        var built = _schemas.GetOrAdd(schema.GetRawText(), Build);
        var result = built.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid ? [] : [.. (result.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Key}: {error.Value}")), "It is not valid."];
    }

    /// <summary>The thing itself, where only a reference to it stands.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        if (!element.TryGetProperty("$ref", out var reference))
            return element;
        return reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name));
    }

    private JsonSchema Build(string schema)
    {
        var definitions = document.GetProperty("components").GetProperty("schemas").GetRawText();
        return JsonSchema.FromText($$"""{"$schema":"https://json-schema.org/draft/2020-12/schema","allOf":[{{schema}}],"$defs":{{definitions}}}"""
            .Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    // A conversation's key and the like hold slashes
    private static bool Matches(string template, string path)
    {
        var pattern = "^/api" + Regex.Replace(Regex.Escape(template), @"\\\{(?<name>\w+)}", match => match.Groups["name"].Value is "key" or "name" ? ".+" : "[^/]+", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)) + "$";
        return Regex.IsMatch(path.Split('?')[0], pattern, RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1));
    }
}
