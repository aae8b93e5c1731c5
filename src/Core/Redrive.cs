using System.Globalization;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions;

/// <summary>Sends again what could not be done: one dead letter, all of a kind, or a job. Doing it twice does it once.</summary>
public sealed partial class Redrive(
    DeadLetters letters, JobLedger ledger, WorkQueue work, QueueServiceClient queues, TimeProvider time, ILogger<Redrive> logger)
{
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    /// <summary>Sends one dead letter again.</summary>
    /// <param name="letterId">Its id.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    /// <returns>False when there is no such letter, or nobody to send it to.</returns>
    public async Task<bool> OneAsync(string letterId, CancellationToken cancellationToken)
    {
        if (await letters.FindAsync(letterId, cancellationToken) is not { } letter)
            return false;
        if (letter.RedrivenAt is not null)
            return true;

        // A message of a queue that names a job is still a message: only what tells of a job's own end has the job tried again
        if (JobId.TryParse(letter.JobId, out var id) && letter.Source is not (StorageNames.PromptsQueue or StorageNames.WorkQueue or StorageNames.CallbacksQueue))
            await JobAsync(id, cancellationToken);
        else if (!await MessageAsync(letter, cancellationToken))
            return false;

        // Marked last: a crash before it sends the same thing again, which the ledger knows by its id
        await letters.MarkRedrivenAsync(letterId, time.GetUtcNow(), cancellationToken);
        Log.Redriven(logger, letterId, letter.JobId ?? "none");
        return true;
    }

    /// <summary>Sends all dead letters again that were not yet, or all of a kind.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> AllAsync(FailureKind? kind, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var letter in letters.ListAsync(kind, cancellationToken))
        {
            if (letter.RedrivenAt is null && await OneAsync(letter.Id, cancellationToken))
                count++;
        }

        return count;
    }

    /// <summary>Has a failed or unknown job tried again, with all its attempts forgiven.</summary>
    /// <returns>False when there is no such job, or it has not failed.</returns>
    public async Task<bool> JobAsync(JobId id, CancellationToken cancellationToken)
    {
        return await ledger.FindAsync(id, cancellationToken) is { State: JobState.Failed or JobState.Unknown } job && await AgainAsync(job, cancellationToken);
    }

    /// <summary>Has a job that ended tried again, with all its attempts forgiven.</summary>
    /// <returns>False when it was changed meanwhile.</returns>
    public async Task<bool> AgainAsync(Job job, CancellationToken cancellationToken)
    {
        var again = job with { State = JobState.Queued, Forgiven = job.Tried, Round = job.Round + 1, Sending = false, Kind = null, Reason = "Sent again.", EndedAt = null };
        if (await ledger.UpdateAsync(again, cancellationToken) is null)
            return false;
        await work.SendAsync(job.Id, "redrive", TimeSpan.Zero, cancellationToken);
        return true;
    }

    // A callback begins a new round of tries; a message that made no job goes through the door that it came by, and through no other: read as a
    // prompt, whatever is no prompt would be paid for
    private async Task<bool> MessageAsync(KeptLetter letter, CancellationToken cancellationToken)
    {
        var queue = letter.Source switch
        {
            StorageNames.PromptsQueue or StorageNames.WorkQueue or StorageNames.CallbacksQueue => letter.Source,
            StorageNames.DropContainer or StorageNames.DropEventsQueue or StorageNames.BlobTriggerPoisonQueue => StorageNames.DropEventsQueue,
            _ => null,
        };
        if (queue is null)
        {
            Log.NoDoor(logger, letter.Id, letter.Source);
            return false;
        }

        var text = await letters.OriginalAsync(letter, cancellationToken);

        // Without an id of its own a prompt gets the letter's, so that it makes one job at most
        if (queue == StorageNames.PromptsQueue && PromptReader.ReadMessage(text, out _) is { Id: null } prompt)
            text = PromptWriter.Write(prompt with { Id = string.Create(CultureInfo.InvariantCulture, $"redriven-{letter.Id}") });
        await queues.GetQueueClient(queue).SendMessageAsync(text, TimeSpan.Zero, NoExpiry, cancellationToken);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 170, Level = LogLevel.Information, Message = "Dead letter {LetterId} (job {JobId}) was sent again")]
        public static partial void Redriven(ILogger logger, string letterId, string jobId);

        [LoggerMessage(EventId = 171, Level = LogLevel.Warning, Message = "Dead letter {LetterId} of {Source} can't be sent again: no queue takes what it holds")]
        public static partial void NoDoor(ILogger logger, string letterId, string source);
    }
}
