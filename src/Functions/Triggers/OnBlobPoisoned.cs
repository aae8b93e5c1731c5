using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A blob whose trigger failed at every try: look at its job, or move what the platform tells of it to the dead letters.</summary>
public sealed class OnBlobPoisoned(Drops drops)
{
    /// <summary>Returns when the blob is a dead letter or its job is looked at again.</summary>
    [Function(nameof(OnBlobPoisoned))]
    public Task Run([QueueTrigger(StorageNames.BlobTriggerPoisonQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        drops.OnPoisonAsync(message, StorageNames.BlobTriggerPoisonQueue, cancellationToken);
}
