using System.Text.Encodings.Web;
using System.Text.Json;
using SparrowFunctions.Files.Headers;

namespace SparrowFunctions.Files.Uploads;

/// <summary>
/// An image as Sparrow returned it, with what it left out and a chat about images needs: early versions of the service sent neither name nor type, and
/// chats with such parts failed. Pure.
/// </summary>
public static class ImagePart
{
    private static readonly JsonWriterOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The part as it came where nothing is missing; else with all its own fields as they came, and the missing ones after them.</summary>
    /// <param name="part">What Sparrow returned, an object.</param>
    /// <param name="name">The name that the image was sent with.</param>
    /// <param name="contentType">The type that it was sent with.</param>
    /// <param name="size">Its size as its own header tells it.</param>
    public static JsonElement Complete(JsonElement part, string name, string contentType, ImageSize size)
    {
        var lacksType = !part.TryGetProperty("mimeType", out _) && !part.TryGetProperty("mime_type", out _);
        if (Has("name") && !lacksType && Has("width") && Has("height"))
            return part;

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Raw))
        {
            writer.WriteStartObject();
            foreach (var property in part.EnumerateObject())
            {
                writer.WritePropertyName(property.Name);
                writer.WriteRawValue(property.Value.GetRawText());
            }

            if (!Has("name"))
                writer.WriteString("name", name);
            if (lacksType)
                writer.WriteString("mimeType", contentType);
            if (!Has("width"))
                writer.WriteNumber("width", size.Width);
            if (!Has("height"))
                writer.WriteNumber("height", size.Height);
            writer.WriteEndObject();
        }

        using var complete = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return complete.RootElement.Clone();

        bool Has(string field) => part.TryGetProperty(field, out _);
    }
}
