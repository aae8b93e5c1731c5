using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparrowFunctions.Intake;

/// <summary>Writes a prompt back as the JSON of version 1 that would make it: what a dead letter keeps and a redrive sends. Pure.</summary>
public static class PromptWriter
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The prompt as JSON; what is unset is left out.</summary>
    public static string Write(Prompt prompt)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            WriteFields(writer, prompt);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteFields(Utf8JsonWriter writer, Prompt prompt)
    {
        WriteText(writer, "id", prompt.Id);
        WriteText(writer, "prompt", prompt.Text);
        WriteText(writer, "promptBlob", prompt.TextBlob?.ToString());
        if (prompt.Messages is { } messages)
            WriteMessages(writer, messages);
        WriteText(writer, "model", prompt.Model);
        WriteText(writer, "gizmoId", prompt.GizmoId);
        WriteText(writer, "mode", prompt.Mode);
        WriteText(writer, "conversation", prompt.Conversation);
        if (prompt.Turn is { } turn)
            writer.WriteNumber("turn", turn);
        if (prompt.Files.Count > 0)
            WriteFiles(writer, prompt.Files);
        if (prompt.WantFiles is { } wantFiles)
            writer.WriteBoolean("wantFiles", wantFiles);
        if (prompt.NotBefore is { } notBefore)
            writer.WriteString("notBefore", notBefore);
        if (prompt.CallbackUrl is { } url)
            WriteCallback(writer, url);
        WriteElement(writer, "metadata", prompt.Metadata);
        WriteElement(writer, "extra", prompt.Extra);
        WriteText(writer, "traceparent", prompt.TraceParent);
    }

    private static void WriteText(Utf8JsonWriter writer, string field, string? text)
    {
        if (text is not null)
            writer.WriteString(field, text);
    }

    private static void WriteMessages(Utf8JsonWriter writer, IReadOnlyList<PromptMessage> messages)
    {
        writer.WriteStartArray("messages");
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFiles(Utf8JsonWriter writer, IReadOnlyList<BlobPath> files)
    {
        writer.WriteStartArray("files");
        foreach (var file in files)
            writer.WriteStringValue(file.ToString());
        writer.WriteEndArray();
    }

    private static void WriteCallback(Utf8JsonWriter writer, string url)
    {
        writer.WriteStartObject("callback");
        writer.WriteString("url", url);
        writer.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter writer, string field, JsonElement? value)
    {
        if (value is not { } element)
            return;
        writer.WritePropertyName(field);
        element.WriteTo(writer);
    }
}
