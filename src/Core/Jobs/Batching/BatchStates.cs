using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Jobs.Batching;

/// <summary>The states of batches, one blob each under <c>payloads/batches/</c>. Every write is conditional.</summary>
public sealed class BatchStates(BlobServiceClient blobs, IRandomSource random)
{
    private const string WriteMetadata = "write";

    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>The state of a batch; null when it was never begun.</summary>
    public Task<BatchState?> FindAsync(BatchName batch, CancellationToken cancellationToken) => FindAsync(batch.Hash, cancellationToken);

    /// <summary>The state of a batch by its name's hash; null when it was never begun.</summary>
    public async Task<BatchState?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await Blob(hash).DownloadContentAsync(cancellationToken)).Value;
            return JsonSerializer.Deserialize(found.Content, BatchJson.Default.BatchState)! with { ETag = found.Details.ETag };
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Replaces a batch's state, if nobody else changed it since it was read.</summary>
    /// <returns>The state with its new version, or null when somebody else was first.</returns>
    public async Task<BatchState?> WriteAsync(BatchName batch, BatchState state, CancellationToken cancellationToken)
    {
        var write = random.NextId().ToString("N");
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [WriteMetadata] = write },
            Conditions = state.ETag == default ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = state.ETag },
        };
        var blob = Blob(batch.Hash);
        try
        {
            var content = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(state, BatchJson.Default.BatchState));
            return state with { ETag = (await blob.UploadAsync(content, options, cancellationToken)).Value.ETag };
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            // It may be this very write, repeated by the SDK after a lost response
            var there = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return there.Metadata.TryGetValue(WriteMetadata, out var written) && written == write ? state with { ETag = there.ETag } : null;
        }
    }

    private BlobClient Blob(string hash) => _payloads.GetBlobClient($"batches/{hash}/state.json");
}
