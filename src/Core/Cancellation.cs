using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Gates;

namespace SparrowFunctions;

/// <summary>Calls jobs off. One that has not called Sparrow yet never will; the answer of one that has is still stored.</summary>
public sealed class Cancellation(JobLedger ledger, JobEnding ending, KeyGate gate, EndedJobs endedJobs, WorkQueue work)
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    /// <summary>Calls a job off. Doing it twice does it once.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    /// <returns>The job as it is then: cancelled, or ended in another way before; null when there is none of that id.</returns>
    public async Task<Job?> CancelAsync(JobId id, CancellationToken cancellationToken)
    {
        var job = await ledger.FindAsync(id, cancellationToken);

        // Sent first: should this process die after the job is cancelled, whoever gets the message does what is left to do
        if (job is not null && !job.State.IsTerminal())
            await work.SendAsync(id, "cancel", Guard, cancellationToken);
        while (job is not null && !job.State.IsTerminal())
            job = await ending.CancelAsync(job, cancellationToken) ?? await ledger.FindAsync(id, cancellationToken);

        if (job?.State == JobState.Cancelled)
        {
            // The probe of a closed gate that will never call must not keep the gate waiting
            if (!job.Sending)
                await gate.ReleaseProbeAsync(id, CancellationToken.None);
            if (await ending.TailAsync(job, CancellationToken.None) is { } next)
                await work.SendAsync(next.JobId, next.Why, next.Delay, CancellationToken.None);
            endedJobs.Tell(id);
        }

        return job;
    }
}
