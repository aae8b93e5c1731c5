using System.Text.Json.Serialization;

namespace SparrowEmulator.Calls;

/// <summary>One call as <c>GET /__admin/calls</c> shows it.</summary>
/// <param name="Number">1 for the first since the start or the last reset; the order of arrival.</param>
/// <param name="Kind">What was called.</param>
/// <param name="Route">The path.</param>
/// <param name="TokenHash">SHA-256 of the key, hexadecimal; null when none was sent, as is right for downloads.</param>
internal sealed record CallRecord(int Number, CallKind Kind, string Route, string? TokenHash)
{
    /// <summary>The last user text, whole; null until the body is read, and for uploads and downloads.</summary>
    public string? Prompt { get; init; }

    /// <summary>All texts of a chat, in order; one for the routes that take a single message.</summary>
    public IReadOnlyList<CallMessage> Messages { get; init; } = [];

    /// <summary>The conversation as the client named it; null when it named none.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    /// <summary>The parent as the client named it; null when it named none.</summary>
    [JsonPropertyName("parent_message_id")]
    public string? ParentMessageId { get; init; }

    /// <summary>The files attached, uploaded or downloaded.</summary>
    public IReadOnlyList<CallFile> Files { get; init; } = [];

    /// <summary>When the request arrived, by the given clock, not scaled.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it was over; null while it runs.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The status answered; null while it runs, 0 when the connection was cut before any response.</summary>
    public int? Status { get; init; }

    /// <summary>True for chats that were answered 200, or dropped after they were accepted or midway.</summary>
    public bool Billed { get; init; }
}

/// <summary>What a call was.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallKind>))]
internal enum CallKind
{
    /// <summary>A question.</summary>
    [JsonStringEnumMemberName("chat")]
    Chat,

    /// <summary>A file in.</summary>
    [JsonStringEnumMemberName("upload")]
    Upload,

    /// <summary>A generated file out.</summary>
    [JsonStringEnumMemberName("download")]
    Download,
}

/// <summary>One text of a chat.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">The text, whole.</param>
internal sealed record CallMessage(string Role, string Content);

/// <summary>A file of a call.</summary>
/// <param name="Id">Its id, <c>file-…</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, hexadecimal.</param>
/// <param name="MimeType">Its type.</param>
internal sealed record CallFile(string Id, string Name, long Size, string Sha256, string MimeType);
