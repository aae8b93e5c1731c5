using System.Text.Json;

namespace SparrowFunctions.Sparrow;

/// <summary>One paid question to Sparrow. Either <see cref="Message"/> or <see cref="Messages"/> is set.</summary>
public sealed record ChatRequest
{
    /// <summary>The user's text, for all-tools and gizmos.</summary>
    public string? Message { get; init; }

    /// <summary>Several messages, for the openai-system routes.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>The model's name, passed through as it is.</summary>
    public required string Model { get; init; }

    /// <summary>A custom GPT (<c>g-…</c>); sends the request to the gizmos route.</summary>
    public string? GizmoId { get; init; }

    /// <summary>The lane to take.</summary>
    public SparrowMode Mode { get; init; }

    /// <summary>An upload's id or an earlier response's id; opaque, never parsed.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The last response's message_id; sent only together with a conversation id.</summary>
    public string? ParentMessageId { get; init; }

    /// <summary>Uploaded files, exactly as the upload returned them, unknown fields included.</summary>
    public IReadOnlyList<JsonElement> Attachments { get; init; } = [];

    /// <summary>Uploaded images, exactly as the upload returned them, unknown fields included.</summary>
    public IReadOnlyList<JsonElement> Parts { get; init; } = [];

    /// <summary>Always sent. False keeps the chat in the vendor's account history and is what makes generated files fetchable.</summary>
    public bool HistoryAndTrainingDisabled { get; init; } = true;

    /// <summary>More fields for the request body; may not name one that is set here.</summary>
    public JsonElement? Extra { get; init; }
}
