using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;

namespace SparrowFunctions;

/// <summary>Within a row of a batch an ask is only called when the one before it was answered: the rest of a conversation that broke off is not paid for.</summary>
public sealed class RowOrder(JobLedger ledger, BatchStates states, WorkQueue work)
{
    /// <summary>Why a job that has the word may not be called; null when nothing stands in its way.</summary>
    public async Task<string?> BarAsync(Job job, CancellationToken cancellationToken) =>
        IsLater(job, out var ask) && await ledger.FindAsync(ask.Before.ToJobId(), cancellationToken) is var before && before?.State != JobState.Succeeded
            ? NotAsked(ask, before)
            : null;

    /// <summary>Why a job waits in vain for the asks before it; null when they may still come.</summary>
    public async Task<string?> StrandedAsync(Job job, CancellationToken cancellationToken)
    {
        if (!IsLater(job, out var ask))
            return null;
        var before = await ledger.FindAsync(ask.Before.ToJobId(), cancellationToken);

        // Whoever added the asks may have died before it woke this one, and its file be no more: a second message does no harm
        if (before is { State: JobState.Queued or JobState.Waiting })
            await work.SendAsync(before.Id, "look", TimeSpan.Zero, cancellationToken);
        var isInVain = before is null
            ? await states.FindAsync(ask.Batch, cancellationToken) is not { EndedAt: null }
            : before.State.IsTerminal() && before.State != JobState.Succeeded;
        return isInVain ? NotAsked(ask, before) : null;
    }

    private static bool IsLater(Job job, out BatchJobId ask)
    {
        ask = default;
        return job.Source == BatchJobId.Source && BatchJobId.TryParse(job.Id, out ask) && ask.Ask > 1;
    }

    private static string NotAsked(BatchJobId ask, Job? before) => $"Not asked, because ask {ask.Ask - 1} of its row {before?.State switch
    {
        null => "was never taken in: the batch ended before it was its turn",
        JobState.Cancelled => "was not asked either",
        JobState.Failed => "failed",
        JobState.Unknown => "has an unknown outcome",
        _ => "has not been answered yet",
    }}.";
}
