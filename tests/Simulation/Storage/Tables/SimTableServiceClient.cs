using Azure.Data.Tables;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Tables;

/// <summary>One process' client of the account's tables.</summary>
internal sealed class SimTableServiceClient(SimStorage storage, SimProcess process) : TableServiceClient
{
    public override TableClient GetTableClient(string tableName) => new SimTableClient(storage, process, storage.Table(tableName));
}
