using Azure.Storage.Blobs;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Blobs;

/// <summary>One process' client of the account's containers.</summary>
internal sealed class SimBlobServiceClient(SimStorage storage, SimProcess process) : BlobServiceClient
{
    public override BlobContainerClient GetBlobContainerClient(string blobContainerName) =>
        new SimBlobContainerClient(storage, process, storage.Container(blobContainerName));
}
