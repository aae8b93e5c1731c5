using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace SparrowFunctions.LocalHost.Host.Storage;

/// <summary>The storage clients of triggers, by the name of their connection setting.</summary>
internal sealed class StorageConnections(IServiceProvider services, IConfiguration settings)
{
    private const string Default = "AzureWebJobsStorage";

    /// <summary>The blob service of a connection; null means the host's own account.</summary>
    public BlobServiceClient Blobs(string? connection) =>
        (IsDefault(connection) ? services.GetService<BlobServiceClient>() : null) ?? new BlobServiceClient(ConnectionString(connection ?? Default));

    /// <summary>
    /// The queue service of a connection; null means the host's own account. A registered client must leave message texts
    /// undecoded (the SDK's default), since the host decodes by itself.
    /// </summary>
    public QueueServiceClient Queues(string? connection) =>
        (IsDefault(connection) ? services.GetService<QueueServiceClient>() : null) ?? new QueueServiceClient(ConnectionString(connection ?? Default));

    private static bool IsDefault(string? connection) => connection is null or "" or Default or "Storage";

    private string ConnectionString(string name)
    {
        var setting = name.Replace("__", ":", StringComparison.Ordinal);
        return settings["AzureWebJobs" + setting] ?? settings[setting] ?? settings.GetConnectionString(setting)
            ?? throw new HostStartException($"The setting {name} is not set; it must hold the connection string of a storage account.");
    }
}
