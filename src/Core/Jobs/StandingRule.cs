using SparrowFunctions.Jobs.Leases;

namespace SparrowFunctions.Jobs;

/// <summary>Tells how a job stands for a delivery that has come to it. Pure.</summary>
public static class StandingRule
{
    /// <summary>A lapsed worker that nobody declared dead counts as gone after this many leases: its watch must have been lost.</summary>
    private const int LeasesUntilGone = 3;

    /// <summary>Tells how a job stands.</summary>
    /// <param name="job">The job as the ledger has it.</param>
    /// <param name="worker">The worker that the job's row names, as its row has it; null when it has none.</param>
    /// <param name="now">The time.</param>
    /// <param name="lease">How long a lease is.</param>
    public static Standing Of(Job job, WorkerRow? worker, DateTimeOffset now, TimeSpan lease) => job.State switch
    {
        JobState.Queued => Standing.Ready,
        JobState.Waiting => job.NextAttemptAt > now ? Standing.Early : Standing.Ready,
        JobState.Running => IsHeld(job, worker, now, lease) ? Standing.Held : Standing.Orphaned,
        _ => Standing.Ended,
    };

    private static bool IsHeld(Job job, WorkerRow? worker, DateTimeOffset now, TimeSpan lease) =>
        worker is { Dead: false }
        && worker.LeaseUntil + ((LeasesUntilGone - 1) * lease) > now
        && worker.Held.Contains(job.HeldAs ?? job.Id.ToString(), StringComparer.Ordinal);
}
