using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Sparrow.Responses;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>
/// The coordinator: what happens to a delivery, from top to bottom. The ledger decides, not the queue: a message is acknowledged
/// (this class returns) only when what it asks for is safe in the ledger, and any delivery may come twice.
/// </summary>
public sealed partial class JobRunner(
    PromptIntake intake,
    JobLedger ledger,
    WorkQueue work,
    DeadLetters deadLetters,
    JobCall call,
    ResultStore results,
    JobEnding ending,
    SparrowMetrics metrics,
    IOptions<JobOptions> options,
    IOptions<SparrowOptions> sparrow,
    IRandomSource random,
    TimeProvider time,
    ILogger<JobRunner> logger)
{
    private static readonly SparrowError OutcomeUnknown = new(
        FailureKind.Ambiguous,
        SparrowFault.ResetAfterSending,
        null,
        "The worker stopped while the call was under way; whether it was answered is not known.",
        PossiblyBilled: true);

    /// <summary>A message of queue <c>prompts</c>.</summary>
    public async Task RunPromptAsync(QueueMessage message, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        var (accepted, rejection) = await intake.TakeAsync(text, cancellationToken);
        if (accepted is null)
        {
            await RejectAsync(message, text, null, rejection!.Reason, cancellationToken);
            return;
        }

        var offered = NewJob(accepted, message);
        var (job, added) = await ledger.AddAsync(offered, cancellationToken);
        if (added)
            await StartAsync(job, cancellationToken);
        else if (job.Content != offered.Content)
            await RejectAsync(message, text, job.Id, $"id: {job.Id} is the id of another prompt. Send the same content to repeat a send, or another id for another prompt.", cancellationToken);
        else
            await DeliverAsync(job, message.MessageId, cancellationToken);
    }

    /// <summary>A message of queue <c>work</c>.</summary>
    public async Task RunWorkAsync(QueueMessage message, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        if (WorkQueue.Read(text) is not { } item || !JobId.TryParse(item.JobId, out var id) || await ledger.FindAsync(id, cancellationToken) is not { } job)
            await deadLetters.AddAsync(Letter(message, text, null, FailureKind.Rejected, "The message names no job that the ledger knows.", StorageNames.WorkQueue), cancellationToken);
        else
            await DeliverAsync(job, message.MessageId, cancellationToken);
    }

    /// <summary>A message that the platform gave up on after its last try: nothing may rest in a poison queue.</summary>
    /// <param name="message">The poisoned copy; it has a new id.</param>
    /// <param name="source">The queue that the message was first sent to.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task BuryAsync(QueueMessage message, string source, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        var job = NamedId(text, source) is { } id ? await ledger.FindAsync(id, cancellationToken) : null;
        Log.Poisoned(logger, source, message.MessageId, job?.Id.ToString() ?? "unknown");
        if (job?.State.IsTerminal() == true)
            await ending.TailAsync(job, cancellationToken);
        else
            await deadLetters.AddAsync(Letter(message, text, job?.Id, FailureKind.Transient, "Processing failed at every delivery; the app's log of that time says why.", source), cancellationToken);
    }

    private static JobId? NamedId(string text, string source)
    {
        var named = source == StorageNames.WorkQueue ? WorkQueue.Read(text)?.JobId : PromptReader.ReadMessage(text, out _)?.Id;
        return JobId.TryParse(named, out var id) ? id : null;
    }

    private Job NewJob(AcceptedPrompt accepted, QueueMessage message)
    {
        var now = time.GetUtcNow();
        var waits = accepted.Prompt.NotBefore > now;
        var job = new Job
        {
            Id = JobId.Parse(accepted.Prompt.Id ?? message.MessageId),
            State = waits ? JobState.Waiting : JobState.Queued,
            Accepted = accepted,
            Content = ContentDigest.Of(accepted),
            Source = "queue",
            CreatedAt = now,
            NextAttemptAt = waits ? accepted.Prompt.NotBefore : null,
            Reason = waits ? "Not before the time that was asked for." : null,
        };
        return waits ? job : Claimed(job, message.MessageId);
    }

    // A claim and, where nothing has to be uploaded first, "sending" are one write: the one that puts the job on record
    private Job Claimed(Job job, string messageId)
    {
        var now = time.GetUtcNow();
        var unsent = job is { State: JobState.Running, Sending: false };
        return job with
        {
            State = JobState.Running,
            Holder = messageId,
            Claim = random.NextId().ToString("N"),
            Sending = job.Accepted is { Files.Count: 0, TextBlob: null },
            StartedAt = job.StartedAt ?? now,
            Attempts = [.. unsent ? job.Attempts.SkipLast(1) : job.Attempts, new Attempt(unsent ? job.Attempts.Count : job.Attempts.Count + 1, now)],
            NextAttemptAt = null,
            Kind = null,
            Reason = null,
        };
    }

    private Task StartAsync(Job job, CancellationToken cancellationToken) =>
        job.State == JobState.Waiting ? PutOffAsync(job, "notBefore", cancellationToken) : RunAsync(job, cancellationToken);

    private async Task DeliverAsync(Job job, string messageId, CancellationToken cancellationToken)
    {
        switch (ClaimRule.Decide(job, messageId, time.GetUtcNow()))
        {
            case ClaimDecision.Claim:
                if (await ledger.UpdateAsync(Claimed(job, messageId), cancellationToken) is { } claimed)
                    await RunAsync(claimed, cancellationToken);
                break;
            case ClaimDecision.Recover:
                await RecoverAsync(job, cancellationToken);
                break;
            case ClaimDecision.PutOff:
                await PutOffAsync(job, "retry", cancellationToken);
                break;
            case ClaimDecision.RepeatTail:
                await ending.TailAsync(job, cancellationToken);
                break;
            case ClaimDecision.LeaveToHolder:
                Log.LeftToHolder(logger, job.Id);
                break;
        }
    }

    private async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        using var activity = SparrowTracing.StartJob(job.Id.ToString(), job.Accepted.Prompt.TraceParent);
        var prepared = await call.PrepareAsync(job, cancellationToken);
        if (!prepared.Succeeded)
        {
            await FailAsync(job, prepared.Error);
            return;
        }

        if (!job.Sending)
            job = await Owned(ledger.UpdateAsync(job with { Sending = true }, cancellationToken), job);

        // "Sending" is on record, so points may be spent: from here on the answer matters more than stopping
        var outcome = await call.SendAsync(prepared.Value);
        if (!outcome.Succeeded)
        {
            await FailAsync(job, outcome.Error);
            return;
        }

        await results.KeepAnswerAsync(job, outcome.Value.Raw, CancellationToken.None);
        await ConcludeAsync(job, outcome.Value);
    }

    // The worker that sent this job's request is gone. Either the answer reached storage, or nobody knows what came of the call.
    private async Task RecoverAsync(Job job, CancellationToken cancellationToken)
    {
        Log.Recovering(logger, job.Id, job.Attempts.Count);
        if (await results.FindAnswerAsync(job, cancellationToken) is { } stored && ChatResponseReader.Read(stored) is { } response)
            await ConcludeAsync(job, response);
        else
            await FailAsync(job, OutcomeUnknown);
    }

    private async Task ConcludeAsync(Job job, ChatResponse response)
    {
        var verdict = ResponseVerdict.Judge(call.Asked(job), response, sparrow.Value.ApiKey);
        if (verdict.Error is { } error)
            await FailAsync(job, error);
        else
            await ending.SucceedAsync(job, response, verdict, CancellationToken.None);
    }

    private async Task FailAsync(Job job, SparrowError error)
    {
        if (error.PossiblyBilled)
            metrics.CallPossiblyBilled();
        var now = time.GetUtcNow();
        var failed = job.WithLastAttempt(job.Attempts[^1].FailedBy(error, now));
        var decision = RetryPlan.Decide(failed.Attempts, error.RetryAfter, options.Value, random.NextFraction());
        failed = failed with { State = decision.State, Kind = error.Kind, Reason = failed.Attempts[^1].Reason, Sending = false };
        if (decision.State == JobState.Waiting)
        {
            failed = await Owned(ledger.UpdateAsync(failed with { NextAttemptAt = now + decision.Delay }, CancellationToken.None), job);
            Log.TryingAgain(logger, job.Id, error.Kind.Name(), decision.Delay);
            await PutOffAsync(failed, "retry", CancellationToken.None);
        }
        else
        {
            await ending.FailAsync(failed, CancellationToken.None);
        }
    }

    private Task PutOffAsync(Job job, string reason, CancellationToken cancellationToken) =>
        work.SendAsync(job.Id, reason, (job.NextAttemptAt ?? time.GetUtcNow()) - time.GetUtcNow(), cancellationToken);

    private static async Task<Job> Owned(Task<Job?> update, Job job) =>
        await update ?? throw new InvalidOperationException($"Job {job.Id} was changed by somebody else while it was held; the delivery is given back and looks again.");

    private async Task RejectAsync(QueueMessage message, string text, JobId? id, string reason, CancellationToken cancellationToken)
    {
        Log.Rejected(logger, message.MessageId, reason);
        metrics.PromptRejected(StorageNames.PromptsQueue);
        await deadLetters.AddAsync(Letter(message, text, id, FailureKind.Rejected, reason, StorageNames.PromptsQueue), cancellationToken);
    }

    private DeadLetter Letter(QueueMessage message, string text, JobId? id, FailureKind kind, string reason, string source) =>
        new(id?.ToString(), kind, reason, source, text, message.InsertedOn ?? time.GetUtcNow(), message.MessageId);

    private static partial class Log
    {
        [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "Message {MessageId} was rejected: {Reason}")]
        public static partial void Rejected(ILogger logger, string messageId, string reason);

        [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "Job {JobId} is held by another delivery; this one is done")]
        public static partial void LeftToHolder(ILogger logger, JobId jobId);

        [LoggerMessage(EventId = 104, Level = LogLevel.Error, Message = "Queue {Queue} gave up on message {MessageId} (job {JobId}); it goes to the dead letters")]
        public static partial void Poisoned(ILogger logger, string queue, string messageId, string jobId);

        [LoggerMessage(EventId = 102, Level = LogLevel.Warning, Message = "Job {JobId}: the worker of attempt {Attempt} is gone; settling what came of its call")]
        public static partial void Recovering(ILogger logger, JobId jobId, int attempt);

        [LoggerMessage(EventId = 103, Level = LogLevel.Information, Message = "Job {JobId} failed ({Kind}) and is tried again in {Delay}")]
        public static partial void TryingAgain(ILogger logger, JobId jobId, string kind, TimeSpan delay);
    }
}
