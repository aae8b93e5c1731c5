using System.Text.Json;
using System.Text.Json.Nodes;
using SparrowEmulator.Answers;
using SparrowEmulator.Calls;
using SparrowEmulator.Faults;
using SparrowEmulator.Files;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Chats;

/// <summary>Writes the answer of one turn.</summary>
internal sealed class TurnComposer(AnswerBook answers, FileStore files, DownloadLinks links, EmulatorClock clock)
{
    private const string SmallModel = "text-davinci-002-render-sha";

    /// <summary>Composes a turn.</summary>
    /// <param name="chat">The question.</param>
    /// <param name="free">True for the free conversation, which is always the 3.5 model.</param>
    /// <param name="conversationId">The conversation it belongs to.</param>
    /// <param name="baseUrl">Scheme and host that the client called: where download addresses point.</param>
    /// <param name="fault">What is to be wrong with it, or null.</param>
    public ComposedTurn Compose(ChatCall chat, bool free, string conversationId, string baseUrl, Fault? fault)
    {
        var slug = fault?.WrongModel.Or(SmallModel) ?? Slug(chat, free);
        var entries = new ContentEntries(conversationId, slug, chat.GizmoId, clock.RealNow);
        entries.System();
        foreach (var text in chat.Texts) entries.Echo(text, id => files.FindUpload(id)?.Size ?? 0);

        var turn = new ComposedTurn(conversationId, slug, clock.RealNow, entries.All);
        if (fault?.InBandError.Or("Something went wrong while the answer was made.") is { } error)
        {
            entries.Error(error);
            return turn with { MessageId = Identifiers.Uuid() };
        }

        if (fault?.NoAnswer == true)
        {
            entries.Code("print('still at it')");
            return turn with { MessageId = entries.LastAssistantId! };
        }

        return Answer(turn, entries, chat, baseUrl);
    }

    private ComposedTurn Answer(ComposedTurn turn, ContentEntries entries, ChatCall chat, string baseUrl)
    {
        var rule = answers.Find(chat.Prompt);
        var made = (rule?.Files ?? []).Select(file => files.Keep(file, fetchable: !chat.HistoryDisabled)).ToArray();
        var images = (rule?.Images ?? []).Select(image => (Kept: files.Keep(image), Prompt: image.Prompt ?? chat.Prompt)).ToArray();
        var signed = made.Concat(images.Select(image => image.Kept)).Select(file => (file.Name, Url: links.Sign(baseUrl, file))).ToArray();
        turn = turn with { Downloads = [.. signed.Select(file => file.Url)] };

        if (rule?.Contents is { } raw)
        {
            var addresses = new PlacedAddresses(signed);
            var contents = new JsonArray([.. raw.Select(entry => addresses.Fill(entry))]);
            return turn with { Contents = contents, Downloads = addresses.Unplaced, MessageId = LastAssistant(raw) ?? Identifiers.Uuid() };
        }

        if (made.Length > 0) Interpret(entries, made);
        if (images.Length > 0)
        {
            var request = new JsonObject { ["prompt"] = images[0].Prompt, ["size"] = "1024x1024", ["n"] = images.Length };
            entries.Dalle(request.ToJsonString(), images.Select(image => Picture(image.Kept, image.Prompt)));
        }

        var text = rule?.Text is { } given ? AnswerText.Given(given, made)
            : images.Length > 0 && made.Length == 0 ? null
            : AnswerText.Standard(chat, turn.ModelSlug, Attached(chat), made);
        if (rule?.Scenario is { } scenario) text = ScenarioEntries.Add(entries, scenario, chat.Prompt, text ?? "");
        else if (text is not null) entries.Answer(text);
        return turn with { MessageId = entries.LastAssistantId!, Text = text };
    }

    /// <summary>The uploads that a question names, as the ledger shows them.</summary>
    public IEnumerable<CallFile> FilesOf(ChatCall chat) => Attached(chat).Select(file => file.ToCallFile());

    private StoredUpload[] Attached(ChatCall chat) => [.. chat.FileIds.Select(files.FindUpload).OfType<StoredUpload>()];

    private void Interpret(ContentEntries entries, GeneratedFile[] made)
    {
        var names = string.Join(", ", made.Select(file => JsonSerializer.Serialize($"/mnt/data/{file.Name}")));
        var charts = made.Where(file => file.ContentType.StartsWith("image/", StringComparison.Ordinal)).Select(Chart);
        entries.Interpreter($"paths = [{names}]\nfor path in paths:\n    write(path)\npaths", $"[{names}]", charts);
    }

    private JsonObject Chart(GeneratedFile file)
    {
        var size = ImageHeader.Read(file.Bytes);
        return new JsonObject
        {
            ["height"] = size?.Height ?? 0,
            ["image_url"] = $"file-service://{file.Id}",
            ["message_type"] = "image",
            ["sender"] = "server",
            ["time"] = (clock.RealNow - DateTimeOffset.UnixEpoch).TotalSeconds,
            ["width"] = size?.Width ?? 0,
        };
    }

    private static JsonObject Picture(GeneratedFile file, string prompt)
    {
        var size = ImageHeader.Read(file.Bytes);
        return new JsonObject
        {
            ["asset_pointer"] = $"file-service://{file.Id}",
            ["content_type"] = "image_asset_pointer",
            ["fovea"] = 512,
            ["height"] = size?.Height ?? 0,
            ["metadata"] = new JsonObject
            {
                ["dalle"] = new JsonObject
                {
                    ["edit_op"] = null,
                    ["gen_id"] = file.Id["file-".Length..],
                    ["parent_gen_id"] = null,
                    ["prompt"] = prompt,
                    ["seed"] = 42,
                    ["serialization_title"] = "DALL-E generation metadata",
                },
            },
            ["size_bytes"] = file.Bytes.Length,
            ["width"] = size?.Width ?? 0,
        };
    }

    private static string Slug(ChatCall chat, bool free) => chat switch
    {
        _ when free => SmallModel,
        { Model: { } model } when model.Contains("3.5", StringComparison.Ordinal) => SmallModel,

        // As the guide's sample of a custom GPT has it
        { GizmoId: not null, Model: null or "gpt-4" } => "gpt-4-gizmo",
        { Model: { } model } => model,
        _ => "gpt-4",
    };

    private static string? LastAssistant(IReadOnlyList<JsonElement> contents) => contents
        .Where(entry => entry.ValueKind == JsonValueKind.Object
            && entry.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object
            && message.TryGetProperty("author", out var author) && author.ValueKind == JsonValueKind.Object
            && author.TryGetProperty("role", out var role) && role.ValueEquals("assistant"))
        .Select(entry => entry.GetProperty("message").TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null)
        .LastOrDefault(id => id is not null);
}
