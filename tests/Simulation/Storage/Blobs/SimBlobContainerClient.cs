using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Blobs;

/// <summary>One process' client of a container. A member that is not here fails with a null reference of the SDK's own: add it.</summary>
internal sealed class SimBlobContainerClient(SimStorage storage, SimProcess process, SimContainer container) : BlobContainerClient
{
    public override string Name => container.Name;

    public override BlobClient GetBlobClient(string blobName) => new SimBlobClient(storage, process, container, blobName);

    public override Task<Response<BlobContainerInfo>?> CreateIfNotExistsAsync(
        PublicAccessType publicAccessType = PublicAccessType.None,
        IDictionary<string, string>? metadata = null,
        BlobContainerEncryptionScopeOptions? encryptionScopeOptions = null,
        CancellationToken cancellationToken = default) =>
        storage.Network.CallAsync<Response<BlobContainerInfo>?>(process, $"{container.Name}: create", () => null, cancellationToken);

    public override Task<Response<BlobContainerInfo>?> CreateIfNotExistsAsync(
        PublicAccessType publicAccessType, IDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
        CreateIfNotExistsAsync(publicAccessType, metadata, null, cancellationToken);
}
