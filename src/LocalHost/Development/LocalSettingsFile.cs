using System.Text.Json;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>
/// Reads local.settings.json as Core Tools does: only what is under <c>Values</c> counts, as if it were set in the environment. Comments are allowed.
/// </summary>
public static class LocalSettingsFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the file of a folder.</summary>
    /// <param name="folder">The repository's root.</param>
    /// <returns>Configuration keys, nested with colons; empty when there is no file.</returns>
    /// <exception cref="SetupException">It can't be read; says where and what to do.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return new Dictionary<string, string?>();

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return Values(document.RootElement, path);
        }
        catch (JsonException problem)
        {
            throw new SetupException(
                $"{path}, line {problem.LineNumber + 1}, column {problem.BytePositionInLine + 1}: this is not valid JSON. "
                + "Most often a comma or a quotation mark is missing on this line or the one before. local.settings.sample.json shows the form.",
                problem);
        }
    }

    private static Dictionary<string, string?> Values(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new SetupException($"{path}: the file must hold one object: {{ \"Values\": {{ … }} }}.");
        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            throw new SetupException($"{path} is encrypted (IsEncrypted is true). Decrypt it with 'func settings decrypt'.");
        if (!root.TryGetProperty("Values", out var values)) return [];
        if (values.ValueKind != JsonValueKind.Object)
            throw new SetupException($"{path}: \"Values\" must be an object of settings: {{ \"Values\": {{ \"Sparrow__Model\": \"gpt-4\" }} }}.");

        var read = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in values.EnumerateObject())
        {
            read[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ValueKind switch
            {
                JsonValueKind.String => value.Value.GetString(),
                JsonValueKind.Number => value.Value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => throw new SetupException(
                    $"{path}: Values.{value.Name} must be a text in quotes. Nested settings are written with two underscores: "
                    + $"\"{value.Name}__Inner\": \"…\"."),
            };
        }

        return read;
    }
}
