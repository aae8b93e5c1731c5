using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;

namespace SparrowFunctions;

/// <summary>
/// Takes the prompt of a delivery into the ledger: one row, one message, then the sender is told. A crash between the two is made good by the
/// sender's repetition, which finds the job still queued and sends its message again.
/// </summary>
public sealed class HookAcceptance(PromptIntake intake, JobLedger ledger, WorkQueue work, TimeProvider time)
{
    /// <summary>Accepts a prompt that has an id.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="source">The entrance it came in by.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    /// <returns>The job that has the id and whether it asks the same, or why the prompt is rejected.</returns>
    public async Task<(Job? Job, bool IsSame, Rejection? Rejection)> AcceptAsync(Prompt prompt, string source, CancellationToken cancellationToken)
    {
        var (accepted, rejection) = await intake.TakeAsync(PromptWriter.Write(prompt), cancellationToken);
        if (accepted is null)
            return (null, false, rejection);

        var offered = new Job
        {
            Id = JobId.Parse(prompt.Id!),
            State = JobState.Queued,
            Accepted = accepted,
            Content = ContentDigest.Of(accepted),
            Source = source,
            CreatedAt = time.GetUtcNow(),
        };
        var (job, _) = await ledger.AddAsync(offered, cancellationToken);

        // Not given up on when the sender is gone: it may not come again
        if (job.State == JobState.Queued)
            await work.SendAsync(job.Id, "look", TimeSpan.Zero, CancellationToken.None);
        return (job, job.Content == offered.Content, null);
    }
}
