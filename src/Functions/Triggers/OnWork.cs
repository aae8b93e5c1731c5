using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A job that the ledger knows and that is due again: go on with it.</summary>
public sealed class OnWork(Deliveries deliveries)
{
    /// <summary>Returns when the job is done or put off once more.</summary>
    [Function(nameof(OnWork))]
    public Task Run([QueueTrigger(StorageNames.WorkQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        deliveries.OnWorkAsync(message, cancellationToken);
}
