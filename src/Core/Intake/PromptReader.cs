using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Intake;

/// <summary>Reads a prompt of version 1 from a queue message's or request's text. Pure: it looks at nothing but the text.</summary>
public static partial class PromptReader
{
    /// <summary>Most files one prompt may attach.</summary>
    public const int MaxFiles = 20;

    /// <summary>Most messages one prompt may hold.</summary>
    public const int MaxMessages = 200;

    /// <summary>Longest conversation key, in characters.</summary>
    public const int MaxConversationLength = 256;

    /// <summary>Deepest nesting of a prompt; the documents that hold its metadata are some levels deeper, and 64 is what most readers of JSON take.</summary>
    public const int MaxDepth = 60;

    private static readonly string[] Fields =
    [
        "v", "id", "prompt", "promptBlob", "messages", "model", "gizmoId", "mode", "conversation", "turn",
        "files", "wantFiles", "notBefore", "callback", "metadata", "extra", "traceparent",
    ];

    private static readonly string[] Modes = ["standard", "concurrent", "free"];
    private static readonly string[] Roles = ["system", "user", "assistant"];

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads whatever a producer put on the queue: JSON, base64, or a bare text that is the prompt itself.</summary>
    /// <param name="raw">The message's body as the queue gave it.</param>
    /// <param name="rejection">Everything that is wrong with it, when it is no prompt.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public static Prompt? ReadMessage(string raw, out Rejection? rejection)
    {
        var message = MessageText.Read(raw);
        rejection = message.Rejection;
        if (rejection is not null)
            return null;
        return message.IsJson ? ReadJson(message.Text, out rejection) : new Prompt { Text = message.Text };
    }

    /// <summary>Reads a JSON prompt.</summary>
    /// <param name="json">The text, which should hold one JSON object.</param>
    /// <param name="rejection">Everything that is wrong with it, when it is no prompt.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public static Prompt? ReadJson(string json, out Rejection? rejection)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return ReadObject(document.RootElement, out rejection);
        }
        catch (JsonException exception)
        {
            rejection = NotJson(exception);
            return null;
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair is valid JSON and no text; only reading it tells
            rejection = new Rejection("", "The message has a field name that is no Unicode text.", "Use the field names of the contract.");
            return null;
        }
    }

    private static Prompt? ReadObject(JsonElement body, out Rejection? rejection)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            rejection = new Rejection("", $"The message is {PromptFields.KindName(body)}, not an object.", "Send { \"prompt\": \"…\" }.");
            return null;
        }

        var problems = new List<FieldProblem>();
        var fields = new PromptFields(body, problems);
        CheckNames(body, fields);
        fields.Whole("v", 1, 1, "This app reads version 1; leave the field out or send 1.");
        var prompt = new Prompt
        {
            Id = ReadId(fields),
            Text = fields.Text("prompt"),
            TextBlob = fields.Text("promptBlob") is { } blob ? ReadPath(fields, "promptBlob", blob) : null,
            Messages = ReadMessages(fields),
            Model = fields.Text("model", 128),
            GizmoId = fields.Text("gizmoId", 128),
            Mode = ReadMode(fields),
            Conversation = fields.Text("conversation", MaxConversationLength),
            Turn = fields.Whole("turn", 1, int.MaxValue, "Number the turns of a conversation 1, 2, 3, …"),
            Files = ReadFiles(fields),
            WantFiles = fields.Flag("wantFiles"),
            NotBefore = fields.Time("notBefore"),
            CallbackUrl = ReadCallback(fields),
            Metadata = fields.Object("metadata"),
            Extra = fields.Object("extra"),
            TraceParent = ReadTraceParent(fields),
        };
        if (problems.Count == 0)
            CheckTogether(prompt, fields);
        rejection = problems.Count == 0 ? null : new Rejection(problems);
        return rejection is null ? prompt : null;
    }

    private static void CheckNames(JsonElement body, PromptFields fields)
    {
        foreach (var property in body.EnumerateObject().Where(p => !Fields.Contains(p.Name, StringComparer.Ordinal)))
        {
            var near = Array.Find(Fields, known => string.Equals(known, property.Name, StringComparison.OrdinalIgnoreCase));
            var remedy = near is null
                ? $"Remove it; the fields are {string.Join(", ", Fields)}. Fields meant for Sparrow itself go into extra."
                : $"Write it {near}.";
            fields.Report<string>(Shown(property.Name), "is not a field of a prompt.", remedy);
        }
    }

    // A prompt needs one text; what cannot be true together is said once the fields themselves are right
    internal static void CheckTogether(Prompt prompt, PromptFields fields)
    {
        string?[] texts = [prompt.Text is null ? null : "prompt", prompt.TextBlob is null ? null : "promptBlob", prompt.Messages is null ? null : "messages"];
        var given = texts.OfType<string>().ToArray();
        if (given.Length == 0)
            fields.Report<string>("prompt", "is missing.", "Send the user's text as prompt, its blob as promptBlob, or several messages as messages.");
        else if (given.Length > 1)
            fields.Report<string>(given[0], $"stands beside {string.Join(" and ", given[1..])}.", "Send only one of them.");
        if (prompt is { Turn: not null, Conversation: null })
            fields.Report<string>("turn", "is given without a conversation.", "Name the conversation that it is a turn of, or leave turn out.");
        if (string.Equals(prompt.Mode, "free", StringComparison.Ordinal))
            CheckFree(prompt, fields);
    }

    private static void CheckFree(Prompt prompt, PromptFields fields)
    {
        const string Remedy = "Leave it out, or use mode standard or concurrent.";
        if (prompt.Files.Count > 0)
            fields.Report<string>("files", "cannot be attached in mode free.", Remedy);
        if (prompt.GizmoId is not null)
            fields.Report<string>("gizmoId", "cannot be used in mode free.", Remedy);
        if (prompt.Messages is not null)
            fields.Report<string>("messages", "cannot be sent in mode free.", Remedy);
    }

    private static string? ReadId(PromptFields fields)
    {
        if (fields.Text("id") is not { } id)
            return null;
        return JobId.TryParse(id, out _) ? id : fields.Report<string>("id", "is not a valid id.", JobId.Rule);
    }

    internal static string? ReadMode(PromptFields fields)
    {
        if (fields.Text("mode") is not { } mode)
            return null;
        return Modes.Contains(mode, StringComparer.Ordinal) ? mode : fields.Report<string>("mode", "is not a mode.", $"Send one of {string.Join(", ", Modes)}.");
    }

    private static BlobPath? ReadPath(PromptFields fields, string field, string text)
    {
        if (BlobPath.TryParse(text, out var path, out var problem))
            return path;
        fields.Report<string>(field, problem, "Name a blob of this storage account, for example payloads/report.txt.");
        return null;
    }

    private static List<BlobPath> ReadFiles(PromptFields fields)
    {
        var files = new List<BlobPath>();
        foreach (var (item, index) in (fields.List("files", MaxFiles) ?? []).Select((item, index) => (item, index)))
        {
            var field = $"files[{index}]";
            if (item.ValueKind != JsonValueKind.String)
                fields.Report<string>(field, $"must be a string, not {PromptFields.KindName(item)}.", "Write it container/path.");
            else if (fields.ReadString(field, item) is { } text && ReadPath(fields, field, text) is { } path)
                files.Add(path);
        }

        return files;
    }

    private static List<PromptMessage>? ReadMessages(PromptFields fields)
    {
        if (fields.List("messages", MaxMessages) is not { } items)
            return null;

        var messages = new List<PromptMessage>();
        foreach (var (item, index) in items.Select((item, index) => (item, index)))
            ReadOneMessage(fields, $"messages[{index}]", item, messages);
        if (messages.Count == items.Count && !messages.Exists(message => message.Role == "user"))
            fields.Report<string>("messages", "has no message of the user.", "Add one with role user.");
        return messages;
    }

    private static void ReadOneMessage(PromptFields fields, string field, JsonElement item, List<PromptMessage> messages)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            fields.Report<string>(field, $"must be an object, not {PromptFields.KindName(item)}.", "Send { \"role\": \"user\", \"content\": \"…\" }.");
            return;
        }

        foreach (var property in item.EnumerateObject().Where(p => p.Name is not ("role" or "content")))
            fields.Report<string>($"{field}.{Shown(property.Name)}", "is not a field of a message.", "A message has role and content.");
        var role = ReadMember(fields, item, field, "role");
        var content = ReadMember(fields, item, field, "content");
        if (role is not null && !Roles.Contains(role, StringComparer.Ordinal))
            fields.Report<string>($"{field}.role", "is not a role.", $"Send one of {string.Join(", ", Roles)}.");
        else if (role is not null && content is not null)
            messages.Add(new PromptMessage(role, content));
    }

    private static string? ReadMember(PromptFields fields, JsonElement item, string field, string name)
    {
        var path = $"{field}.{name}";
        if (!item.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return fields.Report<string>(path, "must be a string.", "A message has role and content, both strings.");
        return fields.ReadString(path, value) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : fields.Report<string>(path, "is empty.", "Give it a text.");
    }

    private static string? ReadCallback(PromptFields fields)
    {
        if (fields.Object("callback") is not { } callback)
            return null;

        foreach (var property in callback.EnumerateObject().Where(p => p.Name is not "url"))
            fields.Report<string>($"callback.{Shown(property.Name)}", "is not a field of a callback.", "A callback has only url.");
        return ReadMember(fields, callback, "callback", "url");
    }

    private static string? ReadTraceParent(PromptFields fields)
    {
        if (fields.Text("traceparent") is not { } text)
            return null;
        return TraceParentForm().IsMatch(text)
            ? text
            : fields.Report<string>("traceparent", "is not a W3C traceparent.", "Send 00-<32 hex>-<16 hex>-<2 hex>, or leave it out.");
    }

    private static Rejection NotJson(JsonException exception)
    {
        var place = $"line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}";
        return Says(exception, "maximum configured depth")
            ? new("", $"The message is nested deeper than {MaxDepth} levels: {place}.", "Make metadata or extra flatter, or put what is deep into a string.")
            : new(
                "",
                $"The message is not JSON: {place}{(Says(exception, "uplicate") ? " (a field stands there twice)" : "")}.",
                "A message that begins with { must be one JSON object; send any other text as it is.");
    }

    // The reader tells its reasons apart by nothing but their words
    private static bool Says(JsonException exception, string word) => exception.Message.Contains(word, StringComparison.Ordinal);

    internal static string Shown(string name) => name.Length <= 64 ? name : name[..64] + "…";

    [GeneratedRegex("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TraceParentForm();
}
