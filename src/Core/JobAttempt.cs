using Azure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Sparrow.Responses;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>
/// One try of a claimed job. Points may be spent from the moment "sending" is on record, so nothing here is cancelled: an answer that was paid
/// for matters more than stopping, and it is stored before anything else is done with it.
/// </summary>
public sealed partial class JobAttempt(
    JobLedger ledger,
    Worker worker,
    WaitingRoom room,
    JobCall call,
    JobEnding ending,
    ResultStore results,
    KeyGate gate,
    OutageWatch outage,
    SparrowMetrics metrics,
    IOptions<JobOptions> options,
    IOptions<SparrowOptions> sparrow,
    TimeProvider time,
    IRandomSource random,
    ILogger<JobAttempt> logger)
{
    /// <summary>Prepares, calls and settles.</summary>
    /// <returns>The turn that comes next in the job's conversation, when the job has ended.</returns>
    public async Task<NextTurn?> RunAsync(Claim claim)
    {
        using var activity = SparrowTracing.StartJob(claim.Job.Id.ToString(), claim.Job.Accepted.Prompt.TraceParent);
        if (await PrepareAsync(claim) is not { } prepared)
            return await HandBackAsync(claim, "What its call needs took longer to prepare than one run has time for; what is uploaded stays so.", "late");
        if (!prepared.Succeeded)
            return await FailAsync(claim, prepared.Error);

        // With "sending" it is on record what the call goes on in: whoever finds its answer must be able to tell whether it strayed
        var request = prepared.Value.Request;
        var last = claim.Job.Attempts[^1];
        var asked = last with { WentOnIn = request.ParentMessageId is null ? null : request.ConversationId };
        if (!claim.Job.Sending || asked != last || claim.Job.Rebuilt != prepared.Value.Rebuilt)
        {
            if (await ledger.UpdateAsync(claim.Job.WithAttempt(asked) with { Sending = true, Rebuilt = prepared.Value.Rebuilt }, CancellationToken.None) is not { } sending)
                return await LeaveAsync(claim.Job);
            claim = claim with { Job = sending };
        }

        // Whoever slept through its lease may have been taken over, and no call of its own is needed any more
        if (!worker.Stands(claim.Hold))
            return await HandBackAsync(claim, "Its worker was out of touch with storage before the call; nothing was sent.", "lapsed");

        var outcome = await call.SendAsync(request);
        Learn(claim, outcome);
        if (!outcome.Succeeded)
            return await FailAsync(claim, outcome.Error);

        // Nothing comes between an answer and its storing. One without files is safe when its result is written; any other is kept by itself first.
        var storesAtOnce = ending.StoresAtOnce(claim, outcome.Value);
        if (!storesAtOnce)
            await KeepAsync(claim, outcome.Value);
        if (!storesAtOnce && claim.IsProbe)
            await gate.OpenAsync(claim.Job.Id, CancellationToken.None);
        var next = await ConcludeAsync(claim, outcome.Value);
        if (storesAtOnce && claim.IsProbe)
            await gate.OpenAsync(claim.Job.Id, CancellationToken.None);
        return next;
    }

    /// <summary>Settles the call of a worker that is gone: either its answer reached storage, or nobody knows what came of it.</summary>
    public async Task<NextTurn?> RecoverAsync(Claim claim)
    {
        var adoption = await AdoptAsync(claim);
        return adoption.End is { } end ? end.Next : await FailAsync(claim with { Job = adoption.Job }, adoption.Refusal ?? call.OutcomeUnknown(claim.Job));
    }

    /// <summary>Looks whether the answer of a call that was given up on has reached storage since; one that is of use ends the job without another call.</summary>
    public async Task<Adoption> AdoptAsync(Claim claim)
    {
        var job = claim.Job;
        await foreach (var stored in results.FindAnswersAsync(job, CancellationToken.None))
        {
            if (ChatResponseReader.ReadKept(stored.Response) is not { } response)
                continue;
            var (verdict, answered) = (Judge(job, response), claim with { Job = job, AnsweredBy = stored.Attempt });
            if (verdict.Error is not { } error)
                return new Adoption(new Ended(await PersistAsync(claim, () => ending.SucceedAsync(answered, response, verdict))), job);
            if (job.AttemptOf(stored.Attempt).EndedAt is null)
                return new Adoption(null, job, error);
            job = job.WithAttempt(job.AttemptOf(stored.Attempt).FailedBy(error, time.GetUtcNow()));
        }

        return new Adoption(null, job);
    }

    // Null where the time for it ran out: no call is begun that functionTimeout would cut
    private async Task<SparrowOutcome<PreparedCall>?> PrepareAsync(Claim claim)
    {
        var left = claim.Invocation.TimeBefore(sparrow.Value.RequestTimeout);
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        try
        {
            var prepared = await call.PrepareAsync(claim.Job, claim.Head, deadline.Token);
            var stillProbes = !claim.IsProbe || claim.Job.Accepted.Files.Count == 0 || await gate.ProbesStillAsync(claim.Job.Id, CancellationToken.None);
            return stillProbes && claim.Invocation.HasTimeFor(sparrow.Value.RequestTimeout) ? prepared : null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return null;
        }
    }

    // Nothing was sent, so the attempt did not happen
    private async Task<NextTurn?> HandBackAsync(Claim claim, string reason, string why)
    {
        claim.Permit?.Dispose();
        if (claim.IsProbe)
            await gate.ReleaseProbeAsync(claim.Job.Id, CancellationToken.None);
        var unsent = claim.Job with { Attempts = [.. claim.Job.Attempts.SkipLast(1)] };
        await room.WaitAsync(unsent, time.GetUtcNow(), null, reason, why);
        return null;
    }

    private async Task<NextTurn?> ConcludeAsync(Claim claim, ChatResponse response)
    {
        var verdict = Judge(claim.Job, response);
        if (verdict.Error is { } error)
        {
            // A refused answer stays with its attempt
            await KeepAsync(claim, response);
            return await FailAsync(claim, error);
        }

        return await PersistAsync(claim, () => ending.SucceedAsync(claim, response, verdict));
    }

    private ResponseVerdict Judge(Job job, ChatResponse response) => ResponseVerdict.Judge(call.Asked(job), response, sparrow.Value.ApiKey);

    private async Task KeepAsync(Claim claim, ChatResponse response) =>
        await PersistAsync(claim, () => results.KeepAnswerAsync(claim.Job, claim.Job.Tried, response.Raw, CancellationToken.None));

    private async Task<NextTurn?> FailAsync(Claim claim, SparrowError error)
    {
        if (error.Kind == FailureKind.Ambiguous)
            metrics.OutcomeUnknown();
        if (error.PossiblyBilled)
            metrics.CallPossiblyBilled();
        var now = time.GetUtcNow();
        if (outage.Failed(error) || (claim.IsProbe && OutageWatch.IsDown(error)))
            error = error with { Kind = FailureKind.Outage };
        var ended = claim.Job.Attempts[^1].FailedBy(error, now);
        var failed = claim.Job.WithAttempt(ended) with { Kind = error.Kind, Reason = ended.Reason, Sending = false };
        if (error.Kind is FailureKind.Gate or FailureKind.Outage)
        {
            return await PersistAsync(claim, async () =>
            {
                var admission = await gate.CloseAsync(failed.Id, error.Kind, failed.Reason!, CancellationToken.None);
                claim.Permit?.Dispose();
                await room.WaitAsync(failed.WithoutRepeatedProbe(), admission.Until, error.Kind, failed.Reason!, "gate");
                return (NextTurn?)null;
            });
        }

        if (claim.IsProbe)
            await EndProbeAsync(failed.Id, error);
        var decision = RetryPlan.Decide(failed.Counted, error.RetryAfter, options.Value, random.NextFraction());
        if (decision is { State: JobState.Waiting, Delay.Ticks: 0 } && claim.Invocation.HasTimeFor(sparrow.Value.RequestTimeout))
            return await AgainAsync(claim, failed);

        claim.Permit?.Dispose();
        if (decision.State != JobState.Waiting)
            return await PersistAsync(claim, () => EndFailedAsync(claim, failed, decision.State));
        return await PersistAsync(claim, async () =>
        {
            await room.WaitAsync(failed, now + decision.Delay, error.Kind, failed.Reason!, "retry");
            return (NextTurn?)null;
        });
    }

    private async Task<NextTurn?> EndFailedAsync(Claim claim, Job failed, JobState state)
    {
        // Before it fails for good: the answer of an earlier call that was given up on may have reached storage since
        if (failed.Attempts.SkipLast(1).Any(earlier => earlier.Kind == FailureKind.Ambiguous))
        {
            var adoption = await AdoptAsync(claim with { Job = failed });
            if (adoption.End is { } end)
                return end.Next;
            failed = adoption.Job;
        }

        return await ending.FailAsync(claim with { Job = failed with { State = state } }) is { } ended ? ended.Next : (await AdoptAsync(claim)).End?.Next;
    }

    private async Task<NextTurn?> AgainAsync(Claim claim, Job failed)
    {
        var claimed = failed.Claimed(claim.Hold, random.NextId().ToString("N"), sending: false, wentOnIn: null, time.GetUtcNow());
        return await ledger.UpdateAsync(claimed, CancellationToken.None) is { } again
            ? await RunAsync(claim with { Job = again, IsProbe = false })
            : await LeaveAsync(failed);
    }

    // Another has it now
    private async Task<NextTurn?> LeaveAsync(Job job)
    {
        await room.LookAgainAsync(job.Id);
        return null;
    }

    private Task EndProbeAsync(JobId id, SparrowError error) => error is { Fault: SparrowFault.Answered, Status: < 500 }
        ? gate.OpenAsync(id, CancellationToken.None)
        : gate.ReleaseProbeAsync(id, CancellationToken.None);

    // The permit of a failed call is kept until the gate is known to be closed, if it closes: nobody may slip through in between
    private void Learn(Claim claim, SparrowOutcome<ChatResponse> outcome)
    {
        if (outcome.Succeeded)
        {
            outage.Answered();
            claim.Permit?.Served();
            claim.Permit?.Dispose();
        }
        else if (outcome.Error.Kind == FailureKind.SlowDown)
        {
            claim.Permit?.TooMuch(outcome.Error.RetryAfter);
        }
    }

    // What was paid for, or cost a call to find out, is stored as long as the platform lets this function live
    private async Task<T> PersistAsync<T>(Claim claim, Func<Task<T>> store)
    {
        for (var pause = TimeSpan.FromSeconds(1); ; pause = pause < TimeSpan.FromSeconds(10) ? pause * 2 : pause)
        {
            try
            {
                return await store().WaitAsync(claim.Invocation.LongestTry, time);
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or IOException or OperationCanceledException && claim.Invocation.MayPersist)
            {
                Log.NotStored(logger, exception, claim.Job.Id, exception.Message);
                await Task.Delay(pause, time);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "Job {JobId}: what came of its call could not be stored yet, and is tried again: {Problem}")]
        public static partial void NotStored(ILogger logger, Exception exception, JobId jobId, string problem);
    }
}
