namespace SparrowFunctions.Triggers;

/// <summary>Every five minutes: find dropped files and batches that no event reported.</summary>
public sealed class OnDropSweepDue(DropSweep sweep)
{
    /// <summary>Returns when all of them are reported.</summary>
    [Function(nameof(OnDropSweepDue))]
    public Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => sweep.RunAsync(cancellationToken);
}
