using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Results;

/// <summary>
/// Which of two outcomes lies beside a dropped file. What <c>drop</c> and the ledger hold now decides, not clocks. To be asked after what is
/// published was read, and believed only for a write on the condition that this has not changed: whatever is newer than the asker's is in
/// <c>drop</c> or the ledger before it is published.
/// </summary>
public sealed class OutcomePrecedence(DropFolder folder, JobLedger ledger)
{
    /// <summary>Whether an outcome may be published where another is, or nothing.</summary>
    /// <param name="source">The version that the outcome is of.</param>
    /// <param name="ours">The outcome.</param>
    /// <param name="there">What lies there; null for nothing.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<bool> StandsAsync(DropSource source, OutcomeStamp ours, OutcomeStamp? there, CancellationToken cancellationToken)
    {
        // A file that is gone leaves its outcome wanted; one that was written anew does not
        var present = await folder.FindAsync(source.Path, cancellationToken);
        if (present is not null && present.ETag != source.ETag)
            return false;
        if (there is not { } other || other == ours)
            return true;
        if ((other.Source, other.Version) == (ours.Source, ours.Version))
            return await IsLastEndAsync(source, ours, cancellationToken);

        // Versions written within one second can't be told apart by their times: the one that is there now is the newest
        return (other.Source == ours.Source && present is not null) || !other.IsLaterThan(ours);
    }

    // A job may have been ended otherwise since, by an answer that came late; a version that was refused may have been taken
    private async Task<bool> IsLastEndAsync(DropSource source, OutcomeStamp ours, CancellationToken cancellationToken) =>
        await ledger.FindAsync(DroppedFile.IdOf(source.Path, source.ETag), cancellationToken) is not { } job || OutcomeStamp.MarkOf(job) == ours.Mark;
}
