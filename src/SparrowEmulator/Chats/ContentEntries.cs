using System.Text.Json.Nodes;

namespace SparrowEmulator.Chats;

/// <summary>
/// Builds the entries of <c>contents</c> for one turn. System, user and assistant text stand as in the samples of the vendor's guide, field
/// order included; tools (code, execution_output, DALL-E) are inferred from how ChatGPT's own backend writes them.
/// </summary>
internal sealed class ContentEntries(string conversationId, string modelSlug, string? gizmoId, DateTimeOffset now)
{
    private string? _parent;

    /// <summary>The entries so far.</summary>
    public JsonArray All { get; } = [];

    /// <summary>The id of the last message of role assistant.</summary>
    public string? LastAssistantId { get; private set; }

    /// <summary>The empty first message of every turn, and the second one of a custom GPT.</summary>
    public void System()
    {
        Add("system", null, Text(""), new JsonObject(), endTurn: true, weight: 0, timed: false);
        if (gizmoId is not null) Add("system", null, Text(""), new JsonObject(), endTurn: null, timed: false);
    }

    /// <summary>A text of the request given back.</summary>
    /// <param name="text">The text and its files.</param>
    /// <param name="size">The size of an upload by its id.</param>
    public void Echo(ChatText text, Func<string, long> size)
    {
        if (text.Role == "assistant")
        {
            Add("assistant", null, Text(text.Content), AssistantMetadata("stop"), endTurn: true);
            return;
        }

        var metadata = new JsonObject();
        if (text.Attachments.Count > 0)
            metadata["attachments"] = new JsonArray([.. text.Attachments.Select(file => Attachment(file, size))]);
        metadata["message_type"] = null;
        metadata["timestamp_"] = "absolute";

        var content = text.Parts.Count == 0 ? Text(text.Content) : new JsonObject
        {
            ["content_type"] = "multimodal_text",
            ["parts"] = new JsonArray([.. text.Parts.Select(Part), text.Content]),
        };
        Add(text.Role, null, content, metadata, endTurn: null);
    }

    /// <summary>The code interpreter called and answering.</summary>
    /// <param name="code">The code.</param>
    /// <param name="output">What it printed.</param>
    /// <param name="images">Pictures it made, as ready <c>messages</c> of aggregate_result.</param>
    public void Interpreter(string code, string output, IEnumerable<JsonObject> images)
    {
        Code(code);
        var seconds = Seconds();
        var result = new JsonObject
        {
            ["code"] = code,
            ["end_time"] = seconds,
            ["final_expression_output"] = output,
            ["in_kernel_exception"] = null,
            ["jupyter_messages"] = new JsonArray(),
            ["messages"] = new JsonArray([.. images]),
            ["run_id"] = Identifiers.Uuid(),
            ["start_time"] = seconds,
            ["status"] = "success",
            ["timeout_triggered"] = null,
            ["update_time"] = seconds,
        };
        Tool("python", new JsonObject { ["content_type"] = "execution_output", ["text"] = output }, new JsonObject { ["aggregate_result"] = result });
    }

    /// <summary>The code interpreter called, and nothing after it.</summary>
    public void Code(string code) => Call("python", "python", code);

    /// <summary>DALL-E called and answering.</summary>
    /// <param name="request">The JSON it was given.</param>
    /// <param name="pictures">Ready image_asset_pointer parts.</param>
    public void Dalle(string request, IEnumerable<JsonObject> pictures)
    {
        Call("dalle.text2im", "json", request);
        Tool("dalle.text2im", new JsonObject { ["content_type"] = "multimodal_text", ["parts"] = new JsonArray([.. pictures]) });
    }

    /// <summary>A tool called.</summary>
    public void Call(string tool, string language, string text) => Add("assistant", null,
        new JsonObject { ["content_type"] = "code", ["language"] = language, ["text"] = text }, AssistantMetadata("stop"), endTurn: false, recipient: tool);

    /// <summary>A tool answering.</summary>
    /// <param name="name">The tool.</param>
    /// <param name="content">What it answers.</param>
    /// <param name="metadata">What it says beside that; the usual fields are added.</param>
    public void Tool(string name, JsonObject content, JsonObject? metadata = null)
    {
        metadata ??= [];
        metadata["message_type"] = "next";
        metadata["model_slug"] = modelSlug;
        metadata["parent_id"] = _parent;
        Add("tool", name, content, metadata, endTurn: null);
    }

    /// <summary>The answer.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="finish">Why it ended: stop or max_tokens; null when it has not.</param>
    /// <param name="id">Its message id; left out, a new one.</param>
    /// <param name="status">Its status.</param>
    /// <param name="extra">More metadata.</param>
    public void Answer(string text, string? finish = "stop", string? id = null, string status = "finished_successfully", JsonObject? extra = null)
    {
        var metadata = AssistantMetadata(finish);
        foreach (var (name, value) in extra ?? []) metadata[name] = value?.DeepClone();
        Add("assistant", null, Text(text), metadata, endTurn: finish is null ? null : finish == "stop", id: id, status: status);
    }

    /// <summary>An error in place of a message.</summary>
    public void Error(string text) => All.Add(new JsonObject { ["conversation_id"] = conversationId, ["error"] = text, ["message"] = null });

    private void Add(
        string role,
        string? name,
        JsonObject content,
        JsonObject metadata,
        bool? endTurn,
        int weight = 1,
        bool timed = true,
        string recipient = "all",
        string? id = null,
        string status = "finished_successfully")
    {
        id ??= Identifiers.Uuid();
        All.Add(new JsonObject
        {
            ["conversation_id"] = conversationId,
            ["error"] = null,
            ["message"] = new JsonObject
            {
                ["author"] = new JsonObject { ["metadata"] = new JsonObject(), ["name"] = name, ["role"] = role },
                ["content"] = content,
                ["create_time"] = timed ? Seconds() : null,
                ["end_turn"] = endTurn,
                ["id"] = id,
                ["metadata"] = metadata,
                ["recipient"] = recipient,
                ["status"] = status,
                ["update_time"] = null,
                ["weight"] = weight,
            },
        });
        _parent = id;
        if (role == "assistant") LastAssistantId = id;
    }

    private JsonObject AssistantMetadata(string? finish) => new()
    {
        ["finish_details"] = finish switch
        {
            null => null,
            "stop" => new JsonObject { ["stop_tokens"] = new JsonArray(100260), ["type"] = finish },
            _ => new JsonObject { ["type"] = finish },
        },
        ["inline_gizmo_id"] = gizmoId,
        ["is_complete"] = finish is not null,
        ["message_type"] = "next",
        ["model_slug"] = modelSlug,
        ["parent_id"] = _parent,
    };

    private double Seconds() => Math.Round((now - DateTimeOffset.UnixEpoch).TotalSeconds, 6);

    private static JsonObject Text(string text) => new() { ["content_type"] = "text", ["parts"] = new JsonArray(text) };

    private static JsonObject Attachment(NamedFile file, Func<string, long> size)
    {
        JsonNode? Given(string field) => file.Given.TryGetProperty(field, out var value) ? JsonNode.Parse(value.GetRawText()) : null;
        return new JsonObject
        {
            ["fileTokenSize"] = Given("fileTokenSize") ?? size(file.Id),
            ["id"] = file.Id,
            ["mimeType"] = Given("mimeType"),
            ["name"] = Given("name"),
            ["size"] = size(file.Id),
        };
    }

    private static JsonObject Part(NamedFile file)
    {
        var part = JsonNode.Parse(file.Given.GetRawText())!.AsObject();
        part["content_type"] = "image_asset_pointer";
        return part;
    }
}
