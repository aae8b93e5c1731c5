namespace SparrowFunctions.Triggers;

/// <summary>Every minute: empty the poison queues, so that what the platform gave up on can be seen and sent again.</summary>
public sealed class OnPoisonSweepDue(PoisonSweep sweep)
{
    /// <summary>Returns when they are empty, or when the rest has to wait for the next minute.</summary>
    [Function(nameof(OnPoisonSweepDue))]
    public Task Run([TimerTrigger("0 * * * * *", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) => sweep.RunAsync(cancellationToken);
}
