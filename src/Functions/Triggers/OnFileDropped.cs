using Azure.Storage.Blobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A file in container <c>drop</c>: analyse it. Disabled where the platform can't poll containers; <c>OnDropEvent</c> tells of its files there.</summary>
public sealed class OnFileDropped(Drops drops)
{
    /// <summary>Returns when the file is safe in the ledger and done or put off, or when it is on record why it was not taken.</summary>
    [Function(nameof(OnFileDropped))]
    public Task Run([BlobTrigger(StorageNames.DropContainer + "/{name}")] BlobClient blob, string name, CancellationToken cancellationToken) =>
        drops.OnFileAsync(name, cancellationToken);
}
