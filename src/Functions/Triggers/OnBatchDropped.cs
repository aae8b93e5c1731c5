using Azure.Storage.Blobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A batch in container <c>batches</c>, dropped or written anew: run it.</summary>
public sealed class OnBatchDropped(Batches batches)
{
    /// <summary>Returns when the run is on record and on its way; its rows run by queue <c>work</c>.</summary>
    [Function(nameof(OnBatchDropped))]
    public Task Run(
        [BlobTrigger(StorageNames.BatchesContainer + "/{name}.jsonl")] BlobClient blob, string name, CancellationToken cancellationToken) =>
        batches.OnDroppedAsync(name, cancellationToken);
}
