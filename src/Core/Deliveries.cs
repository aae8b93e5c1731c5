using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;
using SparrowFunctions.Web;

namespace SparrowFunctions;

/// <summary>
/// The door of the pipeline: what each queue's messages mean. A message is acknowledged (a method returns) only when what it asks for is
/// safe in the ledger, and any message may come twice.
/// </summary>
public sealed partial class Deliveries(
    PromptIntake intake,
    JobLedger ledger,
    JobRunner runner,
    Takeover takeover,
    Batches batches,
    WorkQueue work,
    DeadLetters deadLetters,
    SparrowMetrics metrics,
    Invocations invocations,
    TimeProvider time,
    ILogger<Deliveries> logger)
{
    /// <summary>A message of queue <c>prompts</c>.</summary>
    public async Task OnPromptAsync(QueueMessage message, CancellationToken cancellationToken)
    {
        var invocation = invocations.Begin();
        metrics.PromptTaken(time.GetUtcNow() - message.InsertedOn);
        var text = message.Body.ToString();
        if (PromptReader.ReadMessage(text, out var rejection) is not { } prompt)
        {
            await RejectAsync(message, text, null, rejection!.Reason, cancellationToken);
            return;
        }

        var id = JobId.Parse(prompt.Id ?? message.MessageId);
        (var accepted, rejection) = await intake.TakeAsync(prompt, cancellationToken);
        if (accepted is not null && await runner.StartAsync(Job.Offered(id, accepted, "queue", time.GetUtcNow()) with { Message = message.MessageId }, invocation, cancellationToken))
            return;
        if (await TakenBeforeAsync(id, prompt, accepted is null ? null : message.MessageId, cancellationToken) is { } known)
            await runner.GoOnAsync(known, invocation, comesAgain: false, cancellationToken);
        else if (accepted is null)
            await RejectAsync(message, text, null, rejection!.Reason, cancellationToken);
        else
            await RejectAsync(message, text, id, $"id: {id} is the id of another prompt. Send the same content to repeat a send, or another id for another prompt.", cancellationToken);
    }

    // A prompt whose blobs were changed or deleted since it was taken in; where there is other content by now, only by the very same message
    private async Task<Job?> TakenBeforeAsync(JobId id, Prompt prompt, string? by, CancellationToken cancellationToken) =>
        prompt is not { TextBlob: null, Files.Count: 0 }
        && await ledger.FindAsync(id, cancellationToken) is { } job && (by is null || job.Message == by) && ContentDigest.HaveSameFields(job.Accepted.Prompt, prompt)
            ? job
            : null;

    /// <summary>A message of queue <c>work</c>.</summary>
    public async Task OnWorkAsync(QueueMessage message, CancellationToken cancellationToken)
    {
        var invocation = invocations.Begin();
        var text = message.Body.ToString();
        var item = WorkQueue.Read(text);
        if (item?.Watch is { } watch)
            await takeover.LookAsync(watch, cancellationToken);
        else if (item?.Batch is { } tick)
            await batches.OnTickAsync(tick, cancellationToken);
        else if (!JobId.TryParse(item?.JobId, out var id))
            await deadLetters.AddAsync(Letter(message, text, null, FailureKind.Rejected, "The message names no job.", StorageNames.WorkQueue), cancellationToken);
        else if (await ledger.FindAsync(id, cancellationToken) is { } job)
            await runner.GoOnAsync(job, invocation, comesAgain: true, cancellationToken);
        else if (item!.Reason == WorkMessage.Takeover)
            Log.NeverTakenIn(logger, id);
        else
            await deadLetters.AddAsync(Letter(message, text, id, FailureKind.Rejected, "The message names a job that is not in the ledger.", StorageNames.WorkQueue), cancellationToken);
    }

    /// <summary>A message that the platform gave up on after its last try: nothing may rest in a poison queue.</summary>
    /// <param name="message">The poisoned copy; it has a new id.</param>
    /// <param name="source">The queue that the message was first sent to.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task OnPoisonAsync(QueueMessage message, string source, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        var (job, isSure) = await PoisonedJobAsync(message, text, source, cancellationToken);
        Log.Poisoned(logger, source, message.MessageId, job?.Id.ToString() ?? "unknown");
        if (job is not null)
            await work.SendAsync(job.Id, "look", TimeSpan.Zero, cancellationToken);
        if (isSure)
            return;
        var item = WorkQueue.Read(text);
        if (item?.Watch is { } watch)
        {
            await work.SendWatchAsync(watch, TimeSpan.Zero, cancellationToken);
            return;
        }

        if (item?.Batch is { } tick)
        {
            await work.SendBatchAsync(tick, TimeSpan.Zero, cancellationToken);
            return;
        }

        var twin = job is null ? "" : $" Job {job.Id}, which asked the same, {job.State.Name()}: see whether it was this one before you send it again.";
        await deadLetters.AddAsync(Letter(message, text, null, FailureKind.Transient, $"Processing failed at every delivery; the app's log of that time says why.{twin}", source), cancellationToken);
    }

    // Whatever made every delivery fail may strike here, too; then the message is kept, for nobody looks at a poison queue
    private async Task<(Job? Job, bool IsSure)> PoisonedJobAsync(QueueMessage message, string text, string source, CancellationToken cancellationToken)
    {
        try
        {
            return source == StorageNames.WorkQueue ? await WorkJobAsync(text, cancellationToken) : await PromptJobAsync(text, cancellationToken);
        }
        catch (Exception exception) when (!Answering.IsOutage(exception))
        {
            Log.NotLookedUp(logger, exception, source, message.MessageId);
            return Sure(null);
        }
    }

    private async Task<(Job? Job, bool IsSure)> WorkJobAsync(string text, CancellationToken cancellationToken) =>
        JobId.TryParse(WorkQueue.Read(text)?.JobId, out var id) ? Sure(await ledger.FindAsync(id, cancellationToken)) : Sure(null);

    // A poisoned copy has a new message id: a prompt without an id of its own is known by its content. One that has ended may be another's.
    private async Task<(Job? Job, bool IsSure)> PromptJobAsync(string text, CancellationToken cancellationToken)
    {
        if (PromptReader.ReadMessage(text, out _) is not { } prompt)
            return Sure(null);
        if (prompt.Id is { } id)
            return Sure(await ledger.FindAsync(JobId.Parse(id), cancellationToken) is { } named && ContentDigest.HaveSameFields(named.Accepted.Prompt, prompt) ? named : null);
        if ((await intake.TakeAsync(prompt, cancellationToken)).Accepted is not { } accepted)
            return Sure(null);
        var job = await ledger.FindByContentAsync(ContentDigest.Of(accepted), cancellationToken);
        return (job, job?.State.IsTerminal() == false);
    }

    private static (Job? Job, bool IsSure) Sure(Job? job) => (job, job is not null);

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

        [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "The worker of job {JobId} died before the job was in the ledger; its message will come again by itself")]
        public static partial void NeverTakenIn(ILogger logger, JobId jobId);

        [LoggerMessage(EventId = 103, Level = LogLevel.Error, Message = "Message {MessageId} of queue {Queue} becomes a dead letter: its job can't be looked up")]
        public static partial void NotLookedUp(ILogger logger, Exception exception, string queue, string messageId);

        [LoggerMessage(EventId = 104, Level = LogLevel.Error, Message = "Queue {Queue} gave up on message {MessageId} (job {JobId})")]
        public static partial void Poisoned(ILogger logger, string queue, string messageId, string jobId);
    }
}
