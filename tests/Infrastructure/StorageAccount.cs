using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>A storage account of its own for a test class.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="ConnectionString">As in <c>AzureWebJobsStorage</c>.</param>
public sealed record StorageAccount(string Name, string ConnectionString)
{
    public BlobServiceClient Blobs { get; } = new(ConnectionString);

    public QueueServiceClient Queues { get; } = new(ConnectionString);

    public TableServiceClient Tables { get; } = new(ConnectionString);
}
