using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>Puts jobs off until a time: first on record, then as a delayed message. A crash between the two is mended by whoever takes the job over.</summary>
public sealed partial class WaitingRoom(JobLedger ledger, WorkQueue work, IOptions<JobOptions> options, TimeProvider time, ILogger<WaitingRoom> logger)
{
    /// <summary>Puts a job off.</summary>
    /// <param name="job">The job, held by whoever asks.</param>
    /// <param name="until">When it goes on.</param>
    /// <param name="kind">The kind of failure it waits for; null when it just waits.</param>
    /// <param name="reason">Why it waits, in words.</param>
    /// <param name="why">The same as a message's reason.</param>
    public async Task WaitAsync(Job job, DateTimeOffset until, FailureKind? kind, string reason, string why)
    {
        var waiting = job with { State = JobState.Waiting, NextAttemptAt = until, Kind = kind, Reason = reason, Sending = false };
        if (await ledger.UpdateAsync(waiting, CancellationToken.None) is null)
        {
            // Changed by another, or by an earlier try of this very step whose answer was lost: then the message is still to send
            Log.Lost(logger, job.Id);
            if (await ledger.FindAsync(job.Id, CancellationToken.None) is { State: JobState.Waiting } now)
                await WakeAsync(now, why);
            else
                await LookAgainAsync(job.Id);
            return;
        }

        Log.Waits(logger, job.Id, why, until);
        await WakeAsync(waiting, why);
    }

    /// <summary>Sends the message that wakes a job which is on record as waiting. A second one does no harm.</summary>
    public Task WakeAsync(Job job, string why)
    {
        var now = time.GetUtcNow();
        return work.SendAsync(job.Id, why, (job.NextAttemptAt ?? now) - now, CancellationToken.None);
    }

    /// <summary>
    /// Has a job looked at again that another changed meanwhile. Whoever did that may be a run that broke off without knowing that its write took effect,
    /// and its message may be the very one that is acknowledged now.
    /// </summary>
    public Task LookAgainAsync(JobId id) => work.SendAsync(id, "look", options.Value.Lease, CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(EventId = 130, Level = LogLevel.Information, Message = "Job {JobId} waits ({Why}) until {Until}")]
        public static partial void Waits(ILogger logger, JobId jobId, string why, DateTimeOffset until);

        [LoggerMessage(EventId = 131, Level = LogLevel.Warning, Message = "Job {JobId} was taken over while it was to be put off; whoever has it goes on with it")]
        public static partial void Lost(ILogger logger, JobId jobId);
    }
}
