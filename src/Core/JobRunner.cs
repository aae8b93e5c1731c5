using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Jobs.Permits;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions;

/// <summary>
/// The coordinator: brings a job one step on, whatever state it is found in, and then the next turn of its conversation. The ledger decides,
/// not the queue: every step can be repeated, and whoever finds a job left behind by a dead worker goes on from what is on record.
/// </summary>
public sealed partial class JobRunner(
    JobLedger ledger,
    Worker worker,
    WorkerTable workers,
    WaitingRoom room,
    Floor floor,
    RowOrder rows,
    KeyGate gate,
    CallPermits permits,
    JobCall call,
    JobAttempt attempt,
    JobEnding ending,
    WorkQueue work,
    IOptions<JobOptions> options,
    IOptions<SparrowOptions> sparrow,
    TimeProvider time,
    IRandomSource random,
    ILogger<JobRunner> logger)
{
    /// <summary>Takes a new job into the ledger and brings it on.</summary>
    /// <param name="offered">The job as its message asks for it.</param>
    /// <param name="invocation">The function's run.</param>
    /// <param name="cancellationToken">Ends what has cost nothing yet.</param>
    /// <returns>False when another job has its id already, which asks something else.</returns>
    public async Task<bool> StartAsync(Job offered, Invocation invocation, CancellationToken cancellationToken)
    {
        var isOther = false;
        await DriveAsync(offered.Id, comesAgain: false, async hold =>
        {
            // Where nothing stands in its way a job is put on record already claimed: one write for both
            using var permit = offered.State == JobState.Queued && gate.IsKnownOpen ? permits.Of(call.Mode(offered)).TryTake() : null;
            var (job, added) = await ledger.AddAsync(permit is null ? offered : Claimed(offered, hold), cancellationToken);
            if (added && permit is not null)
                return await attempt.RunAsync(new Claim(job, hold, invocation, Permit: permit));

            permit?.Dispose();
            isOther = job.Content != offered.Content;
            return isOther ? null : await StepAsync(job, hold, invocation, isNew: added, entry: null, cancellationToken);
        }, invocation, cancellationToken);
        return !isOther;
    }

    /// <summary>Brings a job on that the ledger knows.</summary>
    /// <param name="job">The job.</param>
    /// <param name="invocation">The function's run.</param>
    /// <param name="comesAgain">Whether the message that asks for it is never given up: then the job is looked at again by itself, should this run break off.</param>
    /// <param name="cancellationToken">Ends what has cost nothing yet.</param>
    public Task GoOnAsync(Job job, Invocation invocation, bool comesAgain, CancellationToken cancellationToken) =>
        DriveAsync(job.Id, comesAgain, hold => StepAsync(job, hold, invocation, isNew: false, entry: null, cancellationToken), invocation, cancellationToken);

    // Goes on with the next turn of the same conversation as long as time allows: it is spared the way through the queue, and Sparrow's hold is
    // short. All run under the first one's hold: whoever takes that job over repeats its tail, and so comes upon the turn that has the word.
    private async Task DriveAsync(JobId id, bool comesAgain, Func<Hold, Task<NextTurn?>> step, Invocation invocation, CancellationToken cancellationToken)
    {
        var hold = await worker.HoldAsync(id);
        var isDone = false;
        try
        {
            for (var next = await step(hold); next is not null; next = await HandOnAsync(next, hold, invocation, cancellationToken))
            {
                if (next is { Turn: not null, Delay.Ticks: 0 } && worker.Stands(hold) && invocation.HasTimeFor(sparrow.Value.RequestTimeout))
                    continue;
                await work.SendAsync(next.JobId, next.Why, next.Delay, CancellationToken.None);
                break;
            }

            isDone = true;
        }
        finally
        {
            if (isDone || comesAgain)
                worker.Release(hold);
            else
                worker.Abandon(hold);
        }
    }

    private async Task<NextTurn?> HandOnAsync(NextTurn next, Hold hold, Invocation invocation, CancellationToken cancellationToken)
    {
        var job = await ledger.FindAsync(next.JobId, cancellationToken)
            ?? throw new InvalidOperationException($"Turn {next.Turn?.Number} belongs to job {next.JobId}, which is not in the ledger.");
        var entry = await floor.HandAsync(next, cancellationToken);
        return await StepAsync(job with { Turn = next.Turn?.Number ?? job.Turn }, hold, invocation, isNew: false, entry, cancellationToken);
    }

    private async Task<NextTurn?> StepAsync(Job job, Hold hold, Invocation invocation, bool isNew, Entry? entry, CancellationToken cancellationToken)
    {
        switch (isNew ? StandingRule.Of(job, null, time.GetUtcNow(), options.Value.Lease) : await StandingAsync(job, hold, cancellationToken))
        {
            case Standing.Ended:
                return await ending.TailAsync(job, cancellationToken);
            case Standing.Held:
                // Somebody works on it; that it comes to an end is made sure of by another look
                await work.SendAsync(job.Id, "look", options.Value.Lease, cancellationToken);
                return null;
            case Standing.Early:
                return await PutOffAsync(job, hold, invocation, isNew, cancellationToken);
            case Standing.Orphaned:
                Log.TakenOver(logger, job.Id, job.Tried);
                if (await ledger.UpdateAsync(job.TakenOver(hold), cancellationToken) is not { } taken)
                    return await LeaveAsync(job);
                if (taken.Sending)
                    return await attempt.RecoverAsync(new Claim(taken, hold, invocation, await HeadAsync(taken, cancellationToken)));
                job = taken;
                break;
        }

        return await BeginAsync(job, hold, invocation, isNew, entry, cancellationToken);
    }

    // The word in its conversation, an open gate, a permit, the time to make a call: then the job is claimed and tried
    private async Task<NextTurn?> BeginAsync(Job job, Hold hold, Invocation invocation, bool isNew, Entry? entry, CancellationToken cancellationToken)
    {
        if (job.Accepted.Prompt.Conversation is not null)
        {
            entry ??= await floor.EnterAsync(job, isNew, cancellationToken);
            if (entry.IsOver)
                return await TailAsync(job.Id, cancellationToken);
            if (entry.Refusal is { } refusal)
                return await ending.RefuseAsync(new Claim(job, hold, invocation), refusal);
            if (entry.Head is null)
            {
                return entry.IsOverdue && await rows.StrandedAsync(job, cancellationToken) is { } stranded
                    ? await ending.SkipAsync(new Claim(job, hold, invocation), stranded)
                    : await ParkAsync(job, entry, cancellationToken);
            }

            job = job with { Turn = entry.Number, Warning = entry.Warning ?? job.Warning };
            if (await rows.BarAsync(job, cancellationToken) is { } bar)
                return await ending.SkipAsync(new Claim(job, hold, invocation, entry.Head), bar);
        }

        // The answer of a call that was given up on may have reached storage since; to take it needs neither gate nor permit
        if (job.Attempts.Any(earlier => earlier.Kind == FailureKind.Ambiguous))
        {
            var adoption = await attempt.AdoptAsync(new Claim(job, hold, invocation, entry?.Head));
            if (adoption.End is { } end)
                return end.Next;
            job = adoption.Job;
        }

        var admission = await gate.AdmitAsync(job.Id, cancellationToken);
        if (admission.Verdict == AdmissionVerdict.Closed)
        {
            await room.WaitAsync(job, admission.Until, admission.Kind, admission.Reason!, "gate");
            return null;
        }

        var isProbe = admission.Verdict == AdmissionVerdict.Probe;
        using var permit = await PermitAsync(job, invocation);

        // The wait for a permit may have been long; what was learnt meanwhile is known without a look at storage
        if (permit is not null && !isProbe && gate.IsKnownClosed)
        {
            permit.Dispose();
            return await BeginAsync(job, hold, invocation, isNew, entry, cancellationToken);
        }

        if (permit is null || !invocation.HasTimeFor(sparrow.Value.RequestTimeout))
        {
            if (isProbe)
                await gate.ReleaseProbeAsync(job.Id, cancellationToken);
            await room.WaitAsync(job, time.GetUtcNow() + Pause(job), null, "Waits for a free call: as many as Sparrow takes are under way.", "busy");
            return null;
        }

        var claim = new Claim(job, hold, invocation, entry?.Head, permit, isProbe);
        if (await ledger.UpdateAsync(Claimed(job, hold, entry?.Head), cancellationToken) is { } claimed)
            return await attempt.RunAsync(claim with { Job = claimed });

        // Another delivery brought it on meanwhile, perhaps to its end: the word that this one took must not stay with it
        permit.Dispose();
        if (isProbe)
            await gate.ReleaseProbeAsync(job.Id, cancellationToken);
        return await ledger.FindAsync(job.Id, cancellationToken) is { } now
            ? await StepAsync(now, hold, invocation, isNew: false, entry: null, cancellationToken)
            : null;
    }

    private async Task<Standing> StandingAsync(Job job, Hold hold, CancellationToken cancellationToken)
    {
        if (job is not { State: JobState.Running, Worker: { } id })
            return StandingRule.Of(job, null, time.GetUtcNow(), options.Value.Lease);
        if (id == hold.Worker)
            return worker.RunsElsewhere(job.HeldAs ?? job.Id.ToString(), hold) ? Standing.Held : Standing.Orphaned;
        return StandingRule.Of(job, await workers.FindAsync(id, cancellationToken), time.GetUtcNow(), options.Value.Lease);
    }

    private async Task<Head?> HeadAsync(Job job, CancellationToken cancellationToken) => job.Accepted.Prompt.Conversation is null
        ? null
        : (await floor.EnterAsync(job, isNew: false, cancellationToken)).Head;

    // One that may not run yet has its place in its conversation all the same: order is the order of acceptance
    private async Task<NextTurn?> PutOffAsync(Job job, Hold hold, Invocation invocation, bool isNew, CancellationToken cancellationToken)
    {
        if (job is { Accepted.Prompt.Conversation: not null, Attempts.Count: 0 }
            && await floor.EnterAsync(job, isNew, cancellationToken) is { Refusal: { } refusal })
            return await ending.RefuseAsync(new Claim(job, hold, invocation), refusal);
        await room.WakeAsync(job, "early");
        return null;
    }

    // Another has it now
    private async Task<NextTurn?> LeaveAsync(Job job)
    {
        await room.LookAgainAsync(job.Id);
        return null;
    }

    // Its turn has been answered: whoever asks came with an old state of the job
    private async Task<NextTurn?> TailAsync(JobId id, CancellationToken cancellationToken) =>
        await ledger.FindAsync(id, cancellationToken) is { } now && now.State.IsTerminal() ? await ending.TailAsync(now, cancellationToken) : null;

    private async Task<NextTurn?> ParkAsync(Job job, Entry entry, CancellationToken cancellationToken)
    {
        var parked = job with { State = JobState.Waiting, Turn = entry.Number, Worker = null, NextAttemptAt = null, Reason = entry.Waits };
        if (job.State != JobState.Waiting && await ledger.UpdateAsync(parked, cancellationToken) is null)
            return await LeaveAsync(job);
        if (entry.Wake is { } delay)
            await work.SendAsync(job.Id, "gap", delay, cancellationToken);
        return null;
    }

    // A fresh one keeps its place in its lane as long as its run allows: back in the queue it would stand behind all that others sent there
    private async Task<Permit?> PermitAsync(Job job, Invocation invocation)
    {
        var pool = permits.Of(call.Mode(job));
        var lane = job.Attempts.Count == 0 && job.Turn is null or 1 && job.Source != BatchJobId.Source ? Lane.Fresh : Lane.Again;
        var spare = invocation.TimeBefore(sparrow.Value.RequestTimeout);
        return pool.TryTake() ?? await pool.TakeAsync(lane, lane == Lane.Fresh && spare > CallPermits.Patience ? spare : CallPermits.Patience);
    }

    private TimeSpan Pause(Job job)
    {
        var blocked = permits.Of(call.Mode(job)).BlockedFor;
        var own = options.Value.RetryDelay * (0.5 + (random.NextFraction() / 2));
        return blocked > own ? blocked : own;
    }

    // A claim and, where nothing has to be fetched first, "sending" are one write
    private Job Claimed(Job job, Hold hold, Head? head = null)
    {
        var now = time.GetUtcNow();
        var goesOn = head is not null && SessionRule.GoesOn(head, job, call.Mode(job), now);
        var isReady = (job.Accepted.Prompt.Conversation is null || head is { Next: 1 } || goesOn) && job.Accepted is { Files.Count: 0, TextBlob: null };
        return job.Claimed(hold, random.NextId().ToString("N"), sending: isReady, wentOnIn: isReady && goesOn ? head!.ConversationId : null, now);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Job {JobId}: the worker of attempt {Attempt} is gone; this one goes on")]
        public static partial void TakenOver(ILogger logger, JobId jobId, int attempt);
    }
}
