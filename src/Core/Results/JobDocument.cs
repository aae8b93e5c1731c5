using System.Text.Json;
using System.Text.Json.Serialization;
using SparrowFunctions.Files;

namespace SparrowFunctions.Results;

/// <summary>The one document that describes a job wherever it is shown: result.json, status, waited chats, callbacks. The order of fields is the contract's.</summary>
public sealed record JobDocument
{
    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required string State { get; init; }

    /// <summary>What went wrong, if it failed, waits or is unknown.</summary>
    public string? Kind { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <summary>The sender's conversation key.</summary>
    public string? Conversation { get; init; }

    /// <summary>This turn's number in it.</summary>
    public int? Turn { get; init; }

    /// <summary>The model asked for.</summary>
    public string? Model { get; init; }

    /// <summary>The answer, links to saved files rewritten.</summary>
    public string? Answer { get; init; }

    /// <summary>Sparrow's id of the conversation.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Sparrow's id of the answer.</summary>
    public string? MessageId { get; init; }

    /// <summary>Whether the conversation had to be begun anew from the stored turns.</summary>
    public bool Rebuilt { get; init; }

    /// <summary>How many calls may have cost points although nothing usable came of them.</summary>
    public int PossiblyBilled { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it goes on, while it waits.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>All tries, oldest first.</summary>
    public IReadOnlyList<AttemptDocument> Attempts { get; init; } = [];

    /// <summary>Generated files, saved beside this document.</summary>
    public IReadOnlyList<ResultFile> Files { get; init; } = [];

    /// <summary>What a reader should know although the job succeeded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The sender's own object.</summary>
    public JsonElement Metadata { get; init; }

    /// <summary>Sparrow's response as received; in result.json only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Response { get; init; }
}

/// <summary>One try in a <see cref="JobDocument"/>.</summary>
/// <param name="N">Its number, from 1.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When its outcome was known.</param>
/// <param name="Status">Sparrow's HTTP status, where one came back.</param>
/// <param name="Kind">What went wrong.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="PossiblyBilled">Whether it may have cost points for nothing.</param>
public sealed record AttemptDocument(
    int N, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int? Status, string? Kind, string? Reason, bool PossiblyBilled);
