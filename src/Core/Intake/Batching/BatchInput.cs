using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

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
