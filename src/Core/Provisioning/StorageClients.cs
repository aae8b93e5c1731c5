using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SparrowFunctions.Provisioning;

/// <summary>Registers the clients of the one storage account, and what it must hold.</summary>
public static class StorageClients
{
    /// <summary>Adds blob, queue and table clients for <c>AzureWebJobsStorage</c>, and makes queues, containers and tables at start.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        var storage = new Lazy<StorageOptions>(() => StorageOptions.Read(configuration));
        var credential = new Lazy<TokenCredential>(() => Credential(storage.Value));
        services.AddSingleton(_ => storage.Value.ConnectionString is { } text ? new BlobServiceClient(text) : new BlobServiceClient(storage.Value.BlobServiceUri, credential.Value));
        services.AddSingleton(_ => storage.Value.ConnectionString is { } text ? new QueueServiceClient(text) : new QueueServiceClient(storage.Value.QueueServiceUri, credential.Value));
        services.AddSingleton(_ => storage.Value.ConnectionString is { } text ? new TableServiceClient(text) : new TableServiceClient(storage.Value.TableServiceUri, credential.Value));
        services.AddHostedService<StorageProvisioner>();
        return services;
    }

    private static TokenCredential Credential(StorageOptions storage) => storage switch
    {
        { ManagedIdentity: true, ClientId: { } id } => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id)),
        { ManagedIdentity: true } => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
        _ => new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = storage.ClientId }),
    };
}
