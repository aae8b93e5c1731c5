using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A work message that failed at every delivery: move it to the dead letters.</summary>
public sealed class OnWorkPoisoned(Deliveries deliveries)
{
    /// <summary>Returns when the message is a dead letter.</summary>
    [Function(nameof(OnWorkPoisoned))]
    public Task Run([QueueTrigger(StorageNames.WorkPoisonQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        deliveries.OnPoisonAsync(message, StorageNames.WorkQueue, cancellationToken);
}
