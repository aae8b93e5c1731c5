using System.Text.Json.Serialization;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>A call as the emulator's ledger shows it.</summary>
/// <param name="Number">The order of arrival.</param>
/// <param name="Kind">chat, upload or download.</param>
/// <param name="Prompt">The last user text, whole.</param>
/// <param name="Started">When it arrived.</param>
/// <param name="Ended">When it was over; null while it runs.</param>
/// <param name="Status">What was answered; null while it runs.</param>
/// <param name="Billed">Whether it cost points.</param>
internal sealed record SeenCall(int Number, string Kind, string? Prompt, DateTimeOffset Started, DateTimeOffset? Ended, int? Status, bool Billed)
{
    /// <summary>The conversation that the client named.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    /// <summary>The message that the client went on from.</summary>
    [JsonPropertyName("parent_message_id")]
    public string? ParentMessageId { get; init; }

    /// <summary>The hash of the key it came with, which tells whose it is.</summary>
    public string? TokenHash { get; init; }

    /// <summary>The files attached to it.</summary>
    public IReadOnlyList<SeenFile> Files { get; init; } = [];

    /// <summary>The job it was made for: the last mark in the text, since a rebuilt conversation quotes earlier turns before its own.</summary>
    [JsonIgnore]
    public string? JobId => PromptMark.Last(Prompt);

    /// <summary>Whether its sender died before the request had arrived: nobody can say whom it was for, and nobody paid for it.</summary>
    [JsonIgnore]
    public bool WasCutOff => Prompt is null && !Billed;
}

/// <summary>A file of a call.</summary>
/// <param name="Name">Its name.</param>
internal sealed record SeenFile(string Name);
