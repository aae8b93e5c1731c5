using System.Text.Json;
using Azure.Storage.Queues;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>Tells of blobs that failed too often.</summary>
internal sealed class PoisonBlobs(QueueServiceClient service)
{
    private readonly QueueClient _queue = service.GetQueueClient(PoisonBlobMessage.QueueName);

    /// <summary>Sends the message; creates the queue if it is missing.</summary>
    public async Task AddAsync(string functionId, BlobVersion version, CancellationToken cancellationToken)
    {
        var message = new PoisonBlobMessage(functionId, version.Type + "Blob", version.Container, version.Name, version.ETag.ToString());
        var json = JsonSerializer.SerializeToUtf8Bytes(message, BlobJsonContext.Plain.PoisonBlobMessage);
        await _queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _queue.SendMessageAsync(Convert.ToBase64String(json), cancellationToken);
    }
}
