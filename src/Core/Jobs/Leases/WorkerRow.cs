using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace SparrowFunctions.Jobs.Leases;

/// <summary>A worker process while it holds jobs, as its row in table <c>jobs</c> has it.</summary>
/// <param name="Id">Fresh for every registration: a process that was declared dead and lives on registers anew.</param>
/// <param name="LeaseUntil">Until when it counts as alive.</param>
/// <param name="Held">The jobs it holds; written before anything is done with them.</param>
/// <param name="Dead">Whether it was declared dead; its jobs are up for takeover.</param>
/// <param name="ETag">The row's version. A worker that lives changes it at every heartbeat.</param>
public sealed record WorkerRow(string Id, DateTimeOffset LeaseUntil, IReadOnlyList<string> Held, bool Dead, ETag ETag)
{
    /// <summary>The partition of all workers; no job's partition is called so.</summary>
    public const string PartitionKey = "workers";

    internal static TableEntity Write(string id, DateTimeOffset leaseUntil, IReadOnlyCollection<string> held, bool dead, string write) =>
        new(PartitionKey, id)
        {
            ["LeaseUntil"] = leaseUntil,
            ["Held"] = JsonSerializer.Serialize(held, JobJson.Default.IReadOnlyCollectionString),
            ["Dead"] = dead,
            [JobRow.WriteColumn] = write,
        };

    internal static WorkerRow Read(TableEntity row) => new(
        row.RowKey,
        row.GetDateTimeOffset("LeaseUntil")!.Value,
        JsonSerializer.Deserialize(row.GetString("Held"), JobJson.Default.StringArray)!,
        row.GetBoolean("Dead") ?? false,
        row.ETag);
}
