using System.Text.Json;

namespace SparrowFunctions.Intake;

/// <summary>A prompt as its sender wrote it, every field read and checked. One of <see cref="Text"/>, <see cref="TextBlob"/> and <see cref="Messages"/> is set.</summary>
public sealed record Prompt
{
    /// <summary>The sender's own id and idempotency key (<c>id</c>); null when the message's id serves.</summary>
    public string? Id { get; init; }

    /// <summary>The user's text (<c>prompt</c>).</summary>
    public string? Text { get; init; }

    /// <summary>Where a long text lies (<c>promptBlob</c>).</summary>
    public BlobPath? TextBlob { get; init; }

    /// <summary>Several messages instead of one text (<c>messages</c>).</summary>
    public IReadOnlyList<PromptMessage>? Messages { get; init; }

    /// <summary>The model asked for; null for the app's default.</summary>
    public string? Model { get; init; }

    /// <summary>The custom GPT asked for; null for the app's default.</summary>
    public string? GizmoId { get; init; }

    /// <summary>The lane asked for: standard, concurrent or free; null for the app's default.</summary>
    public string? Mode { get; init; }

    /// <summary>The sender's key of the conversation this is a turn of.</summary>
    public string? Conversation { get; init; }

    /// <summary>This turn's number in its conversation, from 1.</summary>
    public int? Turn { get; init; }

    /// <summary>Blobs to attach.</summary>
    public IReadOnlyList<BlobPath> Files { get; init; } = [];

    /// <summary>Whether generated files are wanted; null for the app's default.</summary>
    public bool? WantFiles { get; init; }

    /// <summary>The earliest time to run.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Where the outcome is posted to.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>The sender's own object, given back with the outcome.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>More fields for Sparrow's request body.</summary>
    public JsonElement? Extra { get; init; }

    /// <summary>The W3C trace to continue.</summary>
    public string? TraceParent { get; init; }
}
