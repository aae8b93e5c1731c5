using System.Text.Json;
using System.Text.Unicode;

namespace SparrowFunctions.Intake.Batching;

/// <summary>
/// Reads a row of a batch: <c>{"id", "asks": [{"id", "content", "images", "files"}], …}</c>, or one prompt object of version 1. Pure.
/// </summary>
public static class BatchRowReader
{
    private const string OtherAsks = "Ask in several asks instead.";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static Rejection NoText { get; } = new("", "The row holds what is no Unicode text.", "Write it in UTF-8, with whole Unicode characters.");

    /// <summary>Reads a row.</summary>
    /// <param name="line">Its bytes: UTF-8 JSON.</param>
    /// <param name="batch">The batch; relative paths start in its folder.</param>
    /// <param name="files">The containers that prompts may read.</param>
    /// <param name="rejection">Everything that is wrong with the row, when it is none.</param>
    /// <returns>The row, or null when it is rejected.</returns>
    public static BatchRow? Read(ReadOnlyMemory<byte> line, BatchName batch, FilesOptions files, out Rejection? rejection)
    {
        if (!Utf8.IsValid(line.Span))
        {
            rejection = NoText;
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            var body = document.RootElement;
            if (body.ValueKind != JsonValueKind.Object)
            {
                rejection = new Rejection("", $"The row is {PromptFields.KindName(body)}, not an object.", "Write { \"id\": \"…\", \"asks\": [ … ] } or { \"prompt\": \"…\" }.");
                return null;
            }

            return body.TryGetProperty("asks", out _) ? ReadAsks(body, batch, files, out rejection) : ReadPrompt(body, out rejection);
        }
        catch (JsonException exception)
        {
            rejection = new Rejection("", $"The row is not JSON, from byte {(exception.BytePositionInLine ?? 0) + 1} of its line on.", "Write one JSON object a line, in UTF-8, with every field once.");
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a name is valid JSON and no text; only reading it tells
            rejection = NoText;
            return null;
        }
    }

    private static BatchRow? ReadPrompt(JsonElement body, out Rejection? rejection) =>
        PromptReader.ReadJson(body.GetRawText(), out rejection) is { } prompt ? new BatchRow(prompt.Id, [prompt with { Id = null }], null) : null;

    private static BatchRow? ReadAsks(JsonElement body, BatchName batch, FilesOptions files, out Rejection? rejection)
    {
        var problems = new List<FieldProblem>();
        var fields = new PromptFields(body, problems);
        var id = ReadId(body, fields);
        var common = new Prompt { Model = fields.Text("model", 128), GizmoId = fields.Text("gizmoId", 128), Mode = PromptReader.ReadMode(fields) };
        var asks = new List<Prompt>();
        var fileFields = new List<IReadOnlyList<string>>();
        foreach (var (item, index) in (fields.List("asks", BatchRow.MaxAsks) ?? []).Select((item, index) => (item, index)))
        {
            var own = new List<FieldProblem>();
            var (ask, names) = ReadAsk(item, common, batch, files, own);
            asks.Add(ask);
            fileFields.Add(names);
            foreach (var problem in own)
                fields.Report<string>(problem.Field.Length == 0 ? $"asks[{index}]" : $"asks[{index}].{problem.Field}", problem.Problem, problem.Remedy);
        }

        if (asks.Count == 0 && problems.Count == 0)
            fields.Report<string>("asks", "is null.", "Give it one ask or more, as [ { \"content\": \"…\" } ].");
        rejection = problems.Count == 0 ? null : new Rejection(problems);
        return rejection is null ? new BatchRow(id, asks, fileFields) : null;
    }

    private static string? ReadId(JsonElement body, PromptFields fields)
    {
        if (!body.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null)
            return null;
        return id.ValueKind == JsonValueKind.Number && id.GetRawText() is { Length: <= BatchRow.MaxIdLength } number ? number : fields.Text("id", BatchRow.MaxIdLength);
    }

    // The ask, and the field that names each of its files
    private static (Prompt Ask, IReadOnlyList<string> FileFields) ReadAsk(JsonElement ask, Prompt common, BatchName batch, FilesOptions files, List<FieldProblem> problems)
    {
        var fields = new PromptFields(ask, problems);
        if (ask.ValueKind != JsonValueKind.Object)
        {
            fields.Report<string>("", $"is {PromptFields.KindName(ask)}, not an object.", "Write { \"content\": \"…\" }.");
            return (common, []);
        }

        var content = fields.Text("content");
        if (content is null && problems.Count == 0)
            fields.Report<string>("content", "is missing.", "Write the user's text as content.");
        (BlobPath Path, string Field)[] paths = [.. ReadPaths("images"), .. ReadPaths("image"), .. ReadPaths("files")];
        if (paths.Length > PromptReader.MaxFiles)
            fields.Report<string>("files", $"and images are {paths.Length} together; at most {PromptReader.MaxFiles} are taken.", OtherAsks);
        var prompt = common with { Text = content, Files = [.. paths.Select(path => path.Path)] };
        if (problems.Count == 0)
            PromptReader.CheckTogether(prompt, fields);
        return (prompt, [.. paths.Select(path => path.Field)]);

        // One path or a list of them
        IEnumerable<(BlobPath Path, string Field)> ReadPaths(string field)
        {
            if (!ask.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
                yield break;
            var isList = value.ValueKind == JsonValueKind.Array;
            if (isList && value.GetArrayLength() is > PromptReader.MaxFiles and var count)
            {
                fields.Report<string>(field, $"has {count} entries; at most {PromptReader.MaxFiles} are taken.", OtherAsks);
                yield break;
            }

            JsonElement[] items = isList ? [.. value.EnumerateArray()] : [value];
            for (var i = 0; i < items.Length; i++)
            {
                var name = isList ? $"{field}[{i}]" : field;
                if (items[i].ValueKind != JsonValueKind.String)
                    fields.Report<string>(name, $"must be a string, not {PromptFields.KindName(items[i])}.", "Name a blob.");
                else if (fields.ReadString(name, items[i]) is { } text && ReadPath(fields, name, text, batch, files) is { } path)
                    yield return (path, name);
            }
        }
    }

    private static BlobPath? ReadPath(PromptFields fields, string field, string text, BatchName batch, FilesOptions files)
    {
        if (BatchPaths.TryResolve(text, batch, files, out var path, out var problem))
            return path;
        fields.Report<string>(field, problem, "Name a blob of this storage account: container/path, or a path relative to the batch's folder.");
        return null;
    }
}
