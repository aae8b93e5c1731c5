using Azure.Storage.Queues.Models;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A callback whose message failed at every delivery: try it again later, or make it a dead letter.</summary>
public sealed class OnCallbackPoisoned(CallbackDelivery delivery)
{
    /// <summary>Returns when its next try is on its way, or it is a dead letter.</summary>
    [Function(nameof(OnCallbackPoisoned))]
    public Task Run([QueueTrigger(StorageNames.CallbacksPoisonQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        delivery.OnPoisonAsync(message, cancellationToken);
}
