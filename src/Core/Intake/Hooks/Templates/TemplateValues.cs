using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>Where placeholders find their values: a delivery's headers and its body.</summary>
/// <param name="request">The delivery.</param>
/// <param name="body">Its body as JSON.</param>
public sealed class TemplateValues(HookRequest request, JsonElement body)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a value.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="value">A text as it is, lists and objects as compact JSON; null when there is none, it is null or an empty text.</param>
    /// <returns>False when the value can't be written as text.</returns>
    internal bool TryFind(ValuePath path, out string? value)
    {
        value = null;
        if (path.Header is { } header)
        {
            value = request.Header(header);
            return true;
        }

        try
        {
            if (Follow(path.Steps) is { } found)
                value = Write(found) is { Length: > 0 } text ? text : null;
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // A string with half a surrogate pair is valid JSON and no text; only reading or writing it tells
            return false;
        }
    }

    private JsonElement? Follow(IReadOnlyList<PathStep> steps)
    {
        var here = body;
        foreach (var (name, index) in steps)
        {
            if (name is not null && here.ValueKind == JsonValueKind.Object && here.TryGetProperty(name, out var member))
                here = member;
            else if (name is null && here.ValueKind == JsonValueKind.Array && index < here.GetArrayLength())
                here = here[index];
            else
                return null;
        }

        return here;
    }

    private static string? Write(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Object or JsonValueKind.Array:
                using (var buffer = new MemoryStream())
                {
                    using (var writer = new Utf8JsonWriter(buffer, Compact))
                        value.WriteTo(writer);
                    return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
                }

            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return value.GetRawText();
        }
    }
}
