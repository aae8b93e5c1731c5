using Azure.Storage.Queues.Models;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>The end of a job that somebody asked to be told of: tell it.</summary>
public sealed class OnCallback(CallbackDelivery delivery)
{
    /// <summary>Returns when it is told, or its next try is on its way.</summary>
    [Function(nameof(OnCallback))]
    public Task Run([QueueTrigger(StorageNames.CallbacksQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        delivery.OnCallbackAsync(message, cancellationToken);
}
