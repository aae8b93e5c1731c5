using System.Text.Json;

namespace SparrowEmulator.Chats;

/// <summary>A question as it was read from any of the three bodies.</summary>
internal sealed record ChatCall
{
    /// <summary>The texts in order; the last of role user is the question.</summary>
    public required IReadOnlyList<ChatText> Texts { get; init; }

    /// <summary>The model as it was named, or null.</summary>
    public string? Model { get; init; }

    /// <summary>The custom GPT, or null.</summary>
    public string? GizmoId { get; init; }

    /// <summary>The conversation, or null; an empty string counts as none.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The message to go on from, or null; without a conversation it means nothing, as with ChatGPT itself.</summary>
    public string? ParentMessageId { get; init; }

    /// <summary>True unless the client said false: what the service does when the field is left out, says its guide.</summary>
    public bool HistoryDisabled { get; init; } = true;

    /// <summary>The question.</summary>
    public string Prompt => Texts.Last(text => text.Role == "user").Content;

    /// <summary>The ids of all files named, in order.</summary>
    public IEnumerable<string> FileIds => Texts.SelectMany(text => text.Attachments.Concat(text.Parts)).Select(file => file.Id);
}

/// <summary>One text of a question.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">The text.</param>
/// <param name="Attachments">Files of this text.</param>
/// <param name="Parts">Images of this text.</param>
internal sealed record ChatText(string Role, string Content, IReadOnlyList<NamedFile> Attachments, IReadOnlyList<NamedFile> Parts);

/// <summary>An upload as the client names it in a chat.</summary>
/// <param name="Id">Its id: <c>id</c> of an attachment, or what follows <c>file-service://</c> in a part's <c>asset_pointer</c>.</param>
/// <param name="Given">The whole object as it was given.</param>
internal sealed record NamedFile(string Id, JsonElement Given);
