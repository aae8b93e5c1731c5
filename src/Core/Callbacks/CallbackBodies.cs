using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Callbacks;

/// <summary>The bodies of callbacks, <c>payloads/callbacks/{job}/{event}.json</c>: written once at the job's end, so that every try sends the same.</summary>
public sealed class CallbackBodies(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Keeps a body, unless the event has one.</summary>
    /// <returns>False when it has one.</returns>
    public async Task<bool> AddAsync(CallbackMessage message, CallbackBody body, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        try
        {
            await Blob(message).UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(body, CallbackBodyJson.Compact.CallbackBody)), options, cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>How an event stands, without its body.</summary>
    /// <returns>Whether it has a body, and the mark on it, if there is one.</returns>
    public async Task<(bool Exists, CallbackMark? Mark)> LookAsync(CallbackMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await Blob(message).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return (true, CallbackMark.Read(properties.Metadata));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return (false, null);
        }
    }

    /// <summary>An event's body with its mark; null when it has none, or none any more.</summary>
    public async Task<(BinaryData Body, CallbackMark? Mark)?> FindAsync(CallbackMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await Blob(message).DownloadContentAsync(cancellationToken)).Value;
            return (found.Content, CallbackMark.Read(found.Details.Metadata));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Marks that no more is to be done for an event, whatever its mark says: it was told, or is not wanted.</summary>
    public Task CloseAsync(CallbackMessage message, CallbackMark mark, CancellationToken cancellationToken) =>
        Blob(message).SetMetadataAsync(mark.ToMetadata(), cancellationToken: cancellationToken);

    /// <summary>Marks how far an event has come, unless its mark says that no more is to be done in that round.</summary>
    /// <returns>The mark that stands.</returns>
    public async Task<CallbackMark> MarkAsync(CallbackMessage message, CallbackMark mark, CancellationToken cancellationToken)
    {
        var blob = Blob(message);
        while (true)
        {
            var now = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            if (CallbackMark.Read(now.Metadata) is { } there && there.Settles(mark.Round))
                return there;
            try
            {
                await blob.SetMetadataAsync(mark.ToMetadata(), new BlobRequestConditions { IfMatch = now.ETag }, cancellationToken);
                return mark;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                // Another try of the same event was first, or this very write, repeated after its answer was lost: looked at again
            }
        }
    }

    private BlobClient Blob(CallbackMessage message) => _payloads.GetBlobClient($"callbacks/{message.JobId}/{message.Id}.json");
}
