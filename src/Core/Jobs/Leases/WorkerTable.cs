using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Jobs.Leases;

/// <summary>The rows of workers. Every change is conditional, so that a worker declared dead learns of it at its next heartbeat.</summary>
public sealed class WorkerTable(TableServiceClient tables, IRandomSource random)
{
    private readonly TableClient _table = tables.GetTableClient(StorageNames.JobsTable);

    /// <summary>The worker of that id; null when it gave up its row, or never had one.</summary>
    public async Task<WorkerRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        await GetAsync(id, cancellationToken) is { } row ? WorkerRow.Read(row) : null;

    /// <summary>Puts a new worker on record.</summary>
    public async Task<ETag> AddAsync(string id, DateTimeOffset leaseUntil, IReadOnlyCollection<string> held, CancellationToken cancellationToken)
    {
        var row = WorkerRow.Write(id, leaseUntil, held, dead: false, NewWrite());
        try
        {
            return (await _table.AddEntityAsync(row, cancellationToken)).Headers.ETag!.Value;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // The id is fresh, so whoever is there is this very write, repeated by the SDK after a lost response
            return (await GetAsync(id, cancellationToken))?.ETag ?? throw new InvalidOperationException($"Worker {id} is on record, and is not.", exception);
        }
    }

    /// <summary>Changes a worker's row, if nobody else did since.</summary>
    /// <returns>The row's new version, or null when it was changed or is gone.</returns>
    public async Task<ETag?> UpdateAsync(WorkerRow worker, CancellationToken cancellationToken)
    {
        var write = NewWrite();
        try
        {
            var row = WorkerRow.Write(worker.Id, worker.LeaseUntil, worker.Held, worker.Dead, write);
            return (await _table.UpdateEntityAsync(row, worker.ETag, TableUpdateMode.Replace, cancellationToken)).Headers.ETag!.Value;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return await GetAsync(worker.Id, cancellationToken) is { } now && JobRow.WriteToken(now) == write ? now.ETag : null;
        }
    }

    /// <summary>Takes a worker's row away, unless it was changed since.</summary>
    public async Task RemoveAsync(string id, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            await _table.DeleteEntityAsync(WorkerRow.PartitionKey, id, etag, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // Gone already, or changed: then somebody else decides about it
        }
    }

    private async Task<TableEntity?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(WorkerRow.PartitionKey, id, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private string NewWrite() => random.NextId().ToString("N");
}
