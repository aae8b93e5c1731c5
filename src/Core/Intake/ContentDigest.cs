using System.Security.Cryptography;
using System.Text.Json;

namespace SparrowFunctions.Intake;

/// <summary>
/// What makes two prompts the same: their fields and the versions of the blobs they name.
/// The id is the key they are compared under, and a trace says nothing about what is asked, so neither counts.
/// </summary>
public static class ContentDigest
{
    /// <summary>SHA-256 of the content, in lower-case hex. Order and spacing of a sender's JSON make no difference.</summary>
    public static string Of(AcceptedPrompt accepted)
    {
        var content = accepted with { Prompt = accepted.Prompt with { Id = null, TraceParent = null } };
        var json = JsonSerializer.SerializeToElement(content, PromptJson.Default.AcceptedPrompt);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            WriteSorted(writer, json);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.ToArray()));
    }

    /// <summary>Whether two prompts have the same fields, whatever has become of the blobs they name.</summary>
    public static bool HaveSameFields(Prompt one, Prompt other) => Of(new AcceptedPrompt(one, null, [])) == Of(new AcceptedPrompt(other, null, []));

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    WriteSorted(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    WriteSorted(writer, item);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
