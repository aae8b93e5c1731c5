using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake.Batching;

/// <summary>The files of batches. A file is read only in the version that its run began with.</summary>
public sealed class BatchInput(BlobServiceClient blobs)
{
    // A tick reads a few dozen rows
    private const int BufferBytes = 128 * 1024;

    /// <summary>The present version of a batch's file; null when there is none.</summary>
    public async Task<string?> VersionAsync(BatchName batch, CancellationToken cancellationToken)
    {
        try
        {
            return (await Client(batch).GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ETag.ToString();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The names of all batches whose file was written since a time. Costs one operation for each 5,000 blobs.</summary>
    public async IAsyncEnumerable<string> WrittenSinceAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.GetBlobContainerClient(StorageNames.BatchesContainer).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            if (blob.Properties.LastModified > since && BatchName.OfBlob(blob.Name) is { } name)
                yield return name;
        }
    }

    /// <summary>When a file was written whose name may be none that a client can address; null when there is none.</summary>
    /// <param name="name">Its path without <c>.jsonl</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<DateTimeOffset?> WrittenAtAsync(string name, CancellationToken cancellationToken)
    {
        // In order of names the one that was asked for stands first
        var blob = BatchName.BlobOf(name);
        await foreach (var first in blobs.GetBlobContainerClient(StorageNames.BatchesContainer).GetBlobsAsync(BlobTraits.None, BlobStates.None, blob, cancellationToken))
            return first.Name == blob ? first.Properties.LastModified : null;
        return null;
    }

    /// <summary>Opens a version of a batch's file.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="version">The version.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="RequestFailedException">404 or 412, here or while it is read: that version is no more.</exception>
    public Task<Stream> OpenAsync(BatchName batch, string version, long offset, CancellationToken cancellationToken) => Client(batch).OpenReadAsync(
        new BlobOpenReadOptions(allowModifications: false)
        {
            Position = offset,
            BufferSize = BufferBytes,
            Conditions = new BlobRequestConditions { IfMatch = new ETag(version) },
        },
        cancellationToken);

    private BlobClient Client(BatchName batch) => blobs.GetBlobContainerClient(batch.Input.Container).GetBlobClient(batch.Input.Path);
}
