using Azure;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs.Leases;
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

    /// <summary>The id of the queue's message that it came in by; null for a job of another entrance.</summary>
    public string? Message { get; init; }

    /// <summary>What it was dropped as; null for a job of another entrance.</summary>
    public DropSource? Drop { get; init; }

    /// <summary>When the ledger first knew it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The worker that runs it; meaningless unless it runs.</summary>
    public string? Worker { get; init; }

    /// <summary>The job under whose hold the worker runs it: its own, or the first of a conversation's turns that are run one after another.</summary>
    public string? HeldAs { get; init; }

    /// <summary>Its place in its conversation, once it has one.</summary>
    public int? Turn { get; init; }

    /// <summary>Whether its last attempt began the conversation anew from the stored turns.</summary>
    public bool Rebuilt { get; init; }

    /// <summary>A fresh token for every claim; an answer is stored under it.</summary>
    public string? Claim { get; init; }

    /// <summary>Whether the paid request may have left under the present claim.</summary>
    public bool Sending { get; init; }

    /// <summary>The tries, oldest first; of a very long history only the latest.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>The number of the last try before somebody had the job sent again; none up to there counts any more.</summary>
    public int Forgiven { get; init; }

    /// <summary>How often it was sent again after an end. Each end has a tail of its own, and that of an earlier one must not disturb what came after.</summary>
    public int Round { get; init; }

    /// <summary>What the reader of the result should know of the job's way there.</summary>
    public string? Warning { get; init; }

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

    /// <summary>The state that the row of that version has; a change to or from an end shows in the job's listing, too.</summary>
    internal JobState Stored { get; init; }

    /// <summary>A job as an entrance offers it to the ledger: it begins at once, at its time, or when its turn in its conversation comes.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="accepted">What is asked.</param>
    /// <param name="source">The entrance.</param>
    /// <param name="now">The time.</param>
    public static Job Offered(JobId id, AcceptedPrompt accepted, string source, DateTimeOffset now)
    {
        var early = accepted.Prompt.NotBefore > now;
        return new Job
        {
            Id = id,
            State = early || accepted.Prompt.Conversation is not null ? JobState.Waiting : JobState.Queued,
            Accepted = accepted,
            Content = ContentDigest.Of(accepted),
            Source = source,
            CreatedAt = now,
            NextAttemptAt = early ? accepted.Prompt.NotBefore : null,
            Reason = early ? "Not before the time that was asked for." : accepted.Prompt.Conversation is null ? null : "Waits for its turn in its conversation.",
        };
    }

    /// <summary>How many calls may have cost points although nothing usable came of them.</summary>
    public int PossiblyBilled => Attempts.Count(attempt => attempt.PossiblyBilled);

    /// <summary>The number of the last try; 0 before the first.</summary>
    public int Tried => Attempts is [.., var last] ? last.N : 0;

    /// <summary>The tries that count towards the limits.</summary>
    public IReadOnlyList<Attempt> Counted => [.. Attempts.Where(attempt => attempt.N > Forgiven)];

    /// <summary>This job in a worker's hands, with a new attempt on record.</summary>
    /// <param name="hold">The worker's hold.</param>
    /// <param name="claim">A fresh token.</param>
    /// <param name="sending">Whether the paid request may leave from now on.</param>
    /// <param name="wentOnIn">Sparrow's conversation that it will go on in, where that is known.</param>
    /// <param name="now">The time.</param>
    public Job Claimed(Hold hold, string claim, bool sending, string? wentOnIn, DateTimeOffset now) => this with
    {
        State = JobState.Running,
        Worker = hold.Worker,
        HeldAs = hold.Job.ToString(),
        Claim = claim,
        Sending = sending,
        StartedAt = StartedAt ?? now,
        Attempts = [.. Attempts, new Attempt(Tried + 1, now, WentOnIn: wentOnIn)],
        NextAttemptAt = null,
        Kind = null,
        Reason = null,
    };

    /// <summary>This job in the hands of a worker that found it left behind. An attempt that never sent anything did not happen.</summary>
    public Job TakenOver(Hold hold)
    {
        var taken = this with { Worker = hold.Worker, HeldAs = hold.Job.ToString() };
        return Sending ? taken : taken with { State = JobState.Queued, Attempts = [.. Attempts.SkipLast(1)] };
    }

    /// <summary>This job without the probe before its last one: a gate that stays shut for days must not fill the row.</summary>
    public Job WithoutRepeatedProbe() => Attempts is [.., { Kind: FailureKind.Gate or FailureKind.Outage }, { Kind: FailureKind.Gate or FailureKind.Outage }]
        ? this with { Attempts = [.. Attempts.SkipLast(2), Attempts[^1] with { N = Attempts[^2].N }] }
        : this;

    /// <summary>The attempt of that number.</summary>
    public Attempt AttemptOf(int number) => Attempts.Last(attempt => attempt.N == number);

    /// <summary>This job with the attempt of the same number replaced.</summary>
    public Job WithAttempt(Attempt attempt) => this with { Attempts = [.. Attempts.Select(each => each.N == attempt.N ? attempt : each)] };

    /// <summary>This job with what another copy of it knows of attempts whose outcome is not known here.</summary>
    public Job Knowing(Job other) => Attempts
        .Where(attempt => attempt.EndedAt is null || attempt.Kind == FailureKind.Ambiguous)
        .Aggregate(this, (job, open) => other.Attempts.LastOrDefault(attempt => attempt.N == open.N) is { EndedAt: not null } known ? job.WithAttempt(known) : job);
}
