using Azure;
using SparrowFunctions.Intake;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>A job as the ledger knows it. Every change is a new record, written on the condition that nobody changed the row since it was read.</summary>
public sealed record Job
{
    /// <summary>Its id.</summary>
    public required JobId Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>What is asked.</summary>
    public required AcceptedPrompt Accepted { get; init; }

    /// <summary>The digest of what is asked; tells a repeated send from another prompt under the same id.</summary>
    public required string Content { get; init; }

    /// <summary>The entrance it came in by, for example <c>queue</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When the ledger first knew it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The queue message that the worker holding it was started by; when that message comes again, that worker is gone.</summary>
    public string? Holder { get; init; }

    /// <summary>A fresh token for every claim; an answer is stored under it.</summary>
    public string? Claim { get; init; }

    /// <summary>Whether the paid request may have left under the present claim.</summary>
    public bool Sending { get; init; }

    /// <summary>All tries, oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>When the first try began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it reached a terminal state.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When a waiting job goes on.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>What went wrong last.</summary>
    public FailureKind? Kind { get; init; }

    /// <summary>Why it waits, failed or is unknown, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>The row's version.</summary>
    public ETag ETag { get; init; }

    /// <summary>How many calls may have cost points although nothing usable came of them.</summary>
    public int PossiblyBilled => Attempts.Count(attempt => attempt.PossiblyBilled);

    /// <summary>This job with its last attempt replaced.</summary>
    public Job WithLastAttempt(Attempt attempt) => this with { Attempts = [.. Attempts.SkipLast(1), attempt] };
}
