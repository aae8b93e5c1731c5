using Azure.Storage.Queues;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Queues;

/// <summary>One process' client of the account's queues.</summary>
internal sealed class SimQueueServiceClient(SimStorage storage, SimProcess process) : QueueServiceClient
{
    public override QueueClient GetQueueClient(string queueName) => new SimQueueClient(storage, process, storage.Queue(queueName));
}
