using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>Reads JSON that may be wrong in places: nothing here throws.</summary>
internal static partial class JsonText
{
    /// <summary>Deepest nesting that is read: a paid answer is not refused for its form.</summary>
    public const int MaxDepth = 512;

    /// <summary>Deepest nesting of a document that holds what was read.</summary>
    public const int MaxDocumentDepth = 600;

    private static readonly JsonDocumentOptions Received = new() { MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions Built = new() { MaxDepth = MaxDocumentDepth };

    /// <summary>
    /// The value of a JSON text; false when it is none. Halves of surrogate pairs, as a text cut by characters may hold them, become U+FFFD:
    /// neither reading nor writing such a string would work later.
    /// </summary>
    public static bool TryParse(string text, out JsonElement value)
    {
        value = default;
        try
        {
            using var document = JsonDocument.Parse(Repair(text), Received);
            value = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A field of an object, or an undefined element.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A field down a path of names.</summary>
    public static JsonElement Get(this JsonElement element, string name, string inner) => element.Get(name).Get(inner);

    /// <summary>The string, or null where it is none.</summary>
    public static string? Text(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>True or false where it stands there, else null.</summary>
    public static bool? Flag(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The items of an array; none where it is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>Whether anything but null stands there.</summary>
    public static bool HasValue(this JsonElement element) => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A JSON element made by a writer.</summary>
    public static JsonElement Build(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        using var document = JsonDocument.Parse(buffer.ToArray(), Built);
        return document.RootElement.Clone();
    }

    private static string Repair(string text)
    {
        if (!text.Contains("\\ud", StringComparison.OrdinalIgnoreCase)) return text;
        try
        {
            return SurrogateEscapes().Replace(text, static match => match.Length == 6 ? "\\uFFFD" : match.Value);
        }
        catch (RegexMatchTimeoutException)
        {
            return text;
        }
    }

    // Escaped backslashes are stepped over; a whole pair is matched as one, so that only halves are short.
    [GeneratedRegex(@"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex SurrogateEscapes();
}
