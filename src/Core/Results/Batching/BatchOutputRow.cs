using System.Text.Encodings.Web;
using System.Text.Json;
using SparrowFunctions.Files;

namespace SparrowFunctions.Results.Batching;

/// <summary>
/// Writes a row of a batch's output: the row as it came in, then <c>answers</c> (a full response for each ask that was answered) and, when it
/// failed, <c>iErr</c>. Pure.
/// </summary>
public static class BatchOutputRow
{
    // A row whose responses are longer than storage appends at once, in bytes
    internal const int MaxBytes = 90 * 1024 * 1024;

    private static readonly JsonWriterOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The row as one line of JSON, its end included.</summary>
    /// <param name="line">The row's line in the file.</param>
    /// <param name="id">Its own id.</param>
    /// <param name="row">The row as it came in; null when that can't be read any more.</param>
    /// <param name="outcome">What came of it.</param>
    public static ReadOnlyMemory<byte> Write(long line, string? id, ReadOnlyMemory<byte>? row, BatchOutcome outcome)
    {
        var bytes = WriteLine(line, id, row, outcome);
        return bytes.Length <= MaxBytes
            ? bytes
            : WriteLine(line, id, row, outcome with { Answers = [], Failure = new BatchRowError(413, "rejected", "The answers are too long for one line; they lie with the row's jobs.", outcome.LastJob) });
    }

    private static ReadOnlyMemory<byte> WriteLine(long line, string? id, ReadOnlyMemory<byte>? row, BatchOutcome outcome)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Raw))
        {
            writer.WriteStartObject();
            if (Parse(row) is { } given)
            {
                using (given)
                    WriteFields(writer, given.RootElement);
            }
            else
            {
                if (id is not null)
                    writer.WriteString("id", id);
                writer.WriteNumber("line", line);
            }

            if (outcome.Answers.Count > 0)
                WriteAnswers(writer, outcome.Answers);
            if (outcome.Failure is { } failure)
                WriteFailure(writer, failure);
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    // What is no object can't be given back with an answer beside it
    private static JsonDocument? Parse(ReadOnlyMemory<byte>? row)
    {
        if (row is not { } bytes || !System.Text.Unicode.Utf8.IsValid(bytes.Span))
            return null;
        try
        {
            var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Object && HasNames(document.RootElement))
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A name with half of a surrogate pair is valid JSON and no text; only reading it tells
    private static bool HasNames(JsonElement row)
    {
        try
        {
            return row.EnumerateObject().All(static property => property.Name is not null);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Values go through as they were written; a row that was an output before leaves its old answers behind
    private static void WriteFields(Utf8JsonWriter writer, JsonElement row)
    {
        foreach (var property in row.EnumerateObject())
        {
            if (property.NameEquals("answers") || property.NameEquals("iErr"))
                continue;
            writer.WritePropertyName(property.Name);
            writer.WriteRawValue(property.Value.GetRawText());
        }
    }

    private static void WriteAnswers(Utf8JsonWriter writer, IReadOnlyList<BatchAnswer> answers)
    {
        writer.WriteStartArray("answers");
        foreach (var answer in answers)
        {
            writer.WriteStartObject();
            foreach (var property in answer.Response.EnumerateObject())
            {
                // Not raw: result.json is indented, and a row is one line
                writer.WritePropertyName(property.Name);
                property.Value.WriteTo(writer);
            }

            if (answer.Files.Count > 0)
                WriteFiles(writer, answer);
            if (answer.Warnings.Count > 0)
                WriteWarnings(writer, answer.Warnings);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFiles(Utf8JsonWriter writer, BatchAnswer answer)
    {
        writer.WriteStartArray("spec_downloads");
        foreach (var file in answer.Files)
        {
            writer.WriteStartObject();
            writer.WriteString("origin", Origin(answer.Response, file));
            writer.WriteString("local", $"{Provisioning.StorageNames.ResultsContainer}/{answer.Job}/files/{file.Name}");
            writer.WriteNumber("size", file.Size);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Beside the downloads and named like them: gpt4batch passes over fields that it does not know
    private static void WriteWarnings(Utf8JsonWriter writer, IReadOnlyList<string> warnings)
    {
        writer.WriteStartArray("spec_warnings");
        foreach (var warning in warnings)
            writer.WriteStringValue(warning);
        writer.WriteEndArray();
    }

    // A file's source is written downloads[n]; any other stands for itself
    private static string Origin(JsonElement response, ResultFile file)
    {
        const string List = "downloads";
        return file.Source.StartsWith($"{List}[", StringComparison.Ordinal)
            && int.TryParse(file.Source.AsSpan(List.Length + 1).TrimEnd(']'), System.Globalization.CultureInfo.InvariantCulture, out var index)
            && response.TryGetProperty(List, out var urls) && urls.ValueKind == JsonValueKind.Array
            && index < urls.GetArrayLength() && urls[index].ValueKind == JsonValueKind.String
                ? urls[index].GetString()!
                : file.Source;
    }

    private static void WriteFailure(Utf8JsonWriter writer, BatchRowError failure)
    {
        writer.WriteStartObject("iErr");
        writer.WriteNumber("code", failure.Code);
        writer.WriteString("message", failure.Message);
        writer.WriteString("kind", failure.Kind);
        if (failure.Job is { } job)
            writer.WriteString("job", job.ToString());
        writer.WriteEndObject();
    }
}
