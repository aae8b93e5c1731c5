namespace SparrowFunctions.Triggers;

/// <summary>Every five minutes: sends again what is on record and has no message that would bring it on.</summary>
public sealed class SweepQueued(Chats chats)
{
    /// <summary>Returns when all of it is sent.</summary>
    [Function(nameof(SweepQueued))]
    public Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => chats.SweepAsync(cancellationToken);
}
