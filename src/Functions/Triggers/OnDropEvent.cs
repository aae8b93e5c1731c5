using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A blob arrived in container <c>drop</c> or <c>batches</c>, as Event Grid or the app's own sweep tells: take it.</summary>
public sealed class OnDropEvent(Drops drops)
{
    /// <summary>Returns when the blob is safe in the ledger and done or put off, or when it is on record why it was not taken.</summary>
    [Function(nameof(OnDropEvent))]
    public Task Run([QueueTrigger(StorageNames.DropEventsQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        drops.OnEventAsync(message, cancellationToken);
}
