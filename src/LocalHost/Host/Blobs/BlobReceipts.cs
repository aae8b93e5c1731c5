using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.LocalHost.Host.Storage;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>
/// The receipts of one function: blobs <c>blobreceipts/{hostId}/{functionId}/{key}</c> in <c>azure-webjobs-hosts</c>. Text: the
/// blob's path. Metadata: <c>etag</c>, <c>tries</c>, and <c>handled</c> once nothing is left to do. The lease of a receipt is held
/// while the function runs, so that several hosts share the work. (The platform's own layout holds the path in the name.)
/// </summary>
internal sealed class BlobReceipts(BlobContainerClient hosts, string hostId, string functionId, HostShutdown shutdown, TimeProvider time, ILogger logger)
{
    private readonly string _prefix = $"blobreceipts/{hostId}/{functionId}/";

    /// <summary>The keys of all blobs that need no run any more.</summary>
    public async IAsyncEnumerable<UInt128> ListHandledAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await hosts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await foreach (var blob in hosts.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, _prefix, cancellationToken))
        {
            if (blob.Metadata.ContainsKey(BlobReceipt.Handled) && BlobVersion.TryParseKey(blob.Name.AsSpan(_prefix.Length), out var key))
            {
                yield return key;
            }
        }
    }

    /// <summary>Takes the receipt of a blob, made if it is new; null when another host holds it.</summary>
    public async Task<BlobReceipt?> TryHoldAsync(BlobVersion version, CancellationToken cancellationToken)
    {
        var blob = hosts.GetBlobClient(_prefix + BlobVersion.Format(version.Key));
        await MakeAsync(blob, version, cancellationToken);
        var lease = await HeldLease.TryTakeAsync(blob, time, logger, shutdown.Ended, cancellationToken);
        if (lease is null)
        {
            return null;
        }

        try
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            return new BlobReceipt(blob, lease, properties.Value.Metadata);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    private static async Task MakeAsync(BlobClient blob, BlobVersion version, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                Metadata = new Dictionary<string, string> { [BlobReceipt.ETagName] = version.ETag.ToString(), [BlobReceipt.TriesName] = "0" },
            };
            await blob.UploadAsync(BinaryData.FromString($"{version.Container}/{version.Name}"), options, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // it is there already, perhaps leased
        }
    }
}
