using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SparrowFunctions.Intake.Hooks.Schemes;
using SparrowFunctions.Intake.Hooks.Templates;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>One inbound webhook: how it tells who sends, and what a delivery asks. Pure.</summary>
/// <param name="name">Its name as it is set.</param>
/// <param name="options">Its settings, which are known to be right.</param>
public sealed class Hook(string name, HookOptions options)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Template _prompt = Template.Parse(options.Prompt);
    private readonly Template _conversation = Template.Parse(options.Conversation);

    /// <summary>Its name as it is set.</summary>
    public string Name => name;

    /// <summary>How it tells who sends.</summary>
    public IHookScheme Scheme { get; } = HookSchemes.Of(options);

    /// <summary>The prompt that a delivery becomes, its templates filled in from headers and body.</summary>
    /// <param name="id">The id of the job.</param>
    /// <param name="request">The delivery.</param>
    /// <param name="body">Its body as JSON.</param>
    /// <param name="happened">What its scheme tells of it.</param>
    /// <param name="rejection">What it lacks, when it becomes no prompt.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public Prompt? Ask(JobId id, HookRequest request, JsonElement body, HookEvent happened, out Rejection? rejection)
    {
        var problems = new List<FieldProblem>();
        var values = new TemplateValues(request, body);
        var text = _prompt.Render(values, problems);
        var conversation = Key(_conversation.Render(values, problems));
        if (problems.Count == 0 && string.IsNullOrWhiteSpace(text))
            problems.Add(new FieldProblem("prompt", "is empty once the template of this hook is filled in.", $"Send what Hooks__{name}__Prompt names, or give the template a text of its own."));
        rejection = problems.Count == 0 ? null : new Rejection(problems);
        return rejection is not null ? null : new Prompt
        {
            Id = id.ToString(),
            Text = text,
            Conversation = conversation,
            Model = Given(options.Model),
            GizmoId = Given(options.GizmoId),
            CallbackUrl = Given(options.CallbackUrl),
            Metadata = Metadata(happened),
        };
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    // A key that is cut ends in a digest of the whole: two long keys stay two conversations
    private static string? Key(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (text.Length <= PromptReader.MaxConversationLength)
            return text;
        var tail = "…" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
        return TextCut.Head(text, PromptReader.MaxConversationLength - tail.Length) + tail;
    }

    private JsonElement Metadata(HookEvent happened)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("hook", name);
            if (happened.Name is { } word)
                writer.WriteString("event", word);
            if (happened.DeliveryId is { } delivery)
                writer.WriteString("delivery", delivery);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.ToArray());
    }
}
