using Microsoft.Extensions.Logging;
using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;

namespace SparrowFunctions;

/// <summary>
/// Takes in prompts whose senders are told at once that they are safe: on record first, then in line in their conversation, then sent to be
/// worked on. Whatever a crash keeps from being sent is sent by the next try of the sender, or by the sweep.
/// </summary>
public sealed partial class Chats(JobLedger ledger, Floor floor, WaitingRoom room, WorkQueue work, TimeProvider time, ILogger<Chats> logger)
{
    /// <summary>How long a job may be due before the sweep takes its message for lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Clocks of storage and instances may differ by as much
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>Takes a prompt in. May be repeated.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="accepted">The prompt.</param>
    /// <param name="source">The entrance, for example <c>http</c>.</param>
    /// <param name="cancellationToken">Ends it before the prompt is on record; after that it is seen through.</param>
    public async Task<ChatReceipt> AcceptAsync(JobId id, AcceptedPrompt accepted, string source, CancellationToken cancellationToken)
    {
        var offered = NewJob(id, accepted, source);
        var (job, added) = await ledger.AddAsync(offered, cancellationToken);
        if (job.Content != offered.Content)
            return new(ChatVerdict.OtherContent, job);

        // Queued, or put off until a time and never tried: its message may be the one a crash kept from being sent
        var isEarly = job is { State: JobState.Waiting, Attempts.Count: 0, NextAttemptAt: not null };
        if (job.State != JobState.Queued && !isEarly)
            return new(ChatVerdict.Accepted, job);
        if (job.Accepted.Prompt.Conversation is not null && (await floor.EnterAsync(job, isNew: added, CancellationToken.None)).Refusal is { } refusal)
        {
            if (added)
                await ledger.WithdrawAsync(job, CancellationToken.None);
            return new(ChatVerdict.TurnTaken, job, refusal);
        }

        await (isEarly ? room.WakeAsync(job, "early") : work.SendAsync(job.Id, "chat", TimeSpan.Zero, CancellationToken.None));
        return new(ChatVerdict.Accepted, job);
    }

    /// <summary>Sends again what should have gone on minutes ago and whose message is not in line: a crash came between record and message.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Patience;
        if (await work.WaitsSinceAsync(cancellationToken) is { } since && since - Slack < before)
            before = since - Slack;
        await foreach (var (id, dueAt) in ledger.OverdueAsync(before, cancellationToken))
        {
            Log.SentAgain(logger, id, dueAt);
            await work.SendAsync(id, "swept", TimeSpan.Zero, cancellationToken);
        }
    }

    private Job NewJob(JobId id, AcceptedPrompt accepted, string source)
    {
        var now = time.GetUtcNow();
        var early = accepted.Prompt.NotBefore > now;
        return new Job
        {
            Id = id,
            State = early ? JobState.Waiting : JobState.Queued,
            Accepted = accepted,
            Content = ContentDigest.Of(accepted),
            Source = source,
            CreatedAt = now,
            NextAttemptAt = early ? accepted.Prompt.NotBefore : null,
            Reason = early ? "Not before the time that was asked for." : null,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 270, Level = LogLevel.Warning, Message = "Job {JobId} should have gone on at {DueAt}; its message was lost, and is sent again")]
        public static partial void SentAgain(ILogger logger, JobId jobId, DateTimeOffset dueAt);
    }
}
