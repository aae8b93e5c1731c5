using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;

namespace SparrowFunctions;

/// <summary>Within a row of a batch an ask is only called when the one before it was answered: the rest of a conversation that broke off is not paid for.</summary>
public sealed class RowOrder(JobLedger ledger)
{
    /// <summary>Why a job may not be called any more; null when nothing stands in its way.</summary>
    public async Task<string?> BarAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Source != BatchJobId.Source || !BatchJobId.TryParse(job.Id, out var ask) || ask.Ask == 1)
            return null;
        var before = await ledger.FindAsync(ask.Before.ToJobId(), cancellationToken);
        return before is { State: var state } && state.IsTerminal() && state != JobState.Succeeded
            ? $"Not asked, because ask {ask.Ask - 1} of its row {(state == JobState.Cancelled ? "was not asked either" : state == JobState.Failed ? "failed" : "has an unknown outcome")}."
            : null;
    }
}
