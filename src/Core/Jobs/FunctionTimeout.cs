using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace SparrowFunctions.Jobs;

/// <summary>How long the platform lets one run of a function last: <c>functionTimeout</c> of host.json, or the setting that stands over it.</summary>
/// <param name="Limit">How long.</param>
/// <param name="Problem">What is wrong with the value, and what is allowed; null when nothing is. Then the limit is the one without a value.</param>
public sealed record FunctionTimeout(TimeSpan Limit, string? Problem = null)
{
    /// <summary>The platform's limit where nothing is said, on the plans whose functions may run as long as a call.</summary>
    public static readonly TimeSpan Unstated = TimeSpan.FromMinutes(30);

    /// <summary>Stands for no limit: longer than all that one run may do by its settings, and short enough to reckon with.</summary>
    public static readonly TimeSpan None = TimeSpan.FromDays(1);

    private const string Field = "functionTimeout";
    private const string Key = "AzureFunctionsJobHost:" + Field;
    private const string Setting = "AzureFunctionsJobHost__" + Field;

    // As the platform reads it
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads it.</summary>
    /// <param name="configuration">The app's settings; one that is not empty wins.</param>
    /// <param name="file">The host.json of the app.</param>
    public static FunctionTimeout Read(IConfiguration configuration, HostJson file)
    {
        if (configuration[Key] is { Length: > 0 } set)
            return Parse(set, Setting);
        try
        {
            return File.Exists(file.Path) ? Of(File.ReadAllText(file.Path), file.Path) : new(Unstated);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Wrong($"{file.Path} can't be read: {exception.Message}");
        }
    }

    private static FunctionTimeout Of(string text, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Lenient);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return Wrong($"{path} holds no JSON object: begin it with {{ \"version\": \"2.0\".");
            var value = json.RootElement.EnumerateObject().LastOrDefault(field => field.Name.Equals(Field, StringComparison.OrdinalIgnoreCase)).Value;
            return value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? new(Unstated) : Parse(value.ToString(), $"{Field} in {path}");
        }
        catch (JsonException exception)
        {
            return Wrong($"{path}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}, is not valid JSON: put it right and start again.");
        }
    }

    // A bare number would be read as days, which nobody means
    private static FunctionTimeout Parse(string text, string where)
    {
        if (text == "-1")
            return new(None);
        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit >= TimeSpan.FromSeconds(1)
            ? new(limit < None ? limit : None)
            : Wrong($"{where} is '{text}': write hh:mm:ss, for example 00:20:00, at least 00:00:01, or -1 for no limit.");
    }

    private static FunctionTimeout Wrong(string problem) => new(Unstated, problem);
}
