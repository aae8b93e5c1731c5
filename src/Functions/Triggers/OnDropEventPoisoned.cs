using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>An event that failed at every delivery: look at its job, or move it to the dead letters.</summary>
public sealed class OnDropEventPoisoned(Drops drops)
{
    /// <summary>Returns when the event is a dead letter or its job is looked at again.</summary>
    [Function(nameof(OnDropEventPoisoned))]
    public Task Run([QueueTrigger(StorageNames.DropEventsPoisonQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        drops.OnPoisonAsync(message, StorageNames.DropEventsQueue, cancellationToken);
}
