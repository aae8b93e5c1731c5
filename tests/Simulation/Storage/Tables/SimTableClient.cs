using System.Linq.Expressions;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Tables;

/// <summary>One process' client of a table. A member that is not here fails with a null reference of the SDK's own: add it.</summary>
internal sealed class SimTableClient(SimStorage storage, SimProcess process, SimTable table) : TableClient
{
    public override string Name => table.Name;

    public override Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        CallAsync("create", () => SimResponse.Of(new TableItem(table.Name), 204), cancellationToken);

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) =>
        WriteAsync("add", SimTable.Copy(entity), table.Add, cancellationToken);

    public override Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        WriteAsync("upsert", SimTable.Copy(entity), row => table.Upsert(row, mode), cancellationToken);

    public override Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        WriteAsync("update", SimTable.Copy(entity), row => table.Update(row, ifMatch, mode), cancellationToken);

    public override Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);

    public override Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        CallAsync<Response>(
            $"delete {partitionKey}/{rowKey}",
            () =>
            {
                try
                {
                    table.Delete(partitionKey, rowKey, ifMatch == default ? ETag.All : ifMatch);
                    return new SimResponse(204);
                }
                catch (RequestFailedException exception) when (exception.Status == 404)
                {
                    // The SDK gives a missing row back as a response
                    return new SimResponse(404);
                }
            },
            cancellationToken);

    public override Task<Response<T>> GetEntityAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        CallAsync(
            $"get {partitionKey}/{rowKey}",
            () => table.Find(partitionKey, rowKey) is { } row ? SimResponse.Of((T)(ITableEntity)row, 200, row.ETag) : throw StorageErrors.EntityMissing(),
            cancellationToken);

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        CallAsync<NullableResponse<T>>(
            $"get {partitionKey}/{rowKey}",
            () => table.Find(partitionKey, rowKey) is { } row ? SimResponse.Of((T)(ITableEntity)row, 200, row.ETag) : new MissingRow<T>(),
            cancellationToken);

    public override AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        QueryAsync<T>(CreateQueryFilter(filter), maxPerPage, select, cancellationToken);

    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        new SimRows<T>(filter, maxPerPage, NextPageAsync, cancellationToken);

    public override Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var actions = transactionActions.Select(action => new TableTransactionAction(action.ActionType, SimTable.Copy(action.Entity), action.ETag)).ToList();
        return CallAsync(
            $"batch {string.Join(", ", actions.Select(action => $"{action.ActionType} {action.Entity.PartitionKey}/{action.Entity.RowKey}{State((TableEntity)action.Entity)}"))}",
            () => SimResponse.Of<IReadOnlyList<Response>>([.. table.Submit(actions).Select(version => new SimResponse(204, version))], 202),
            cancellationToken);
    }

    private static string State(TableEntity row) => row.TryGetValue("State", out var state) ? $" {state}" : "";

    private Task<Response> WriteAsync(string what, TableEntity row, Func<TableEntity, ETag> write, CancellationToken cancellationToken) =>
        CallAsync<Response>($"{what} {row.PartitionKey}/{row.RowKey}{State(row)}", () => new SimResponse(204, write(row)), cancellationToken);

    // A page may be short, or even empty, and still not the last: whoever queries must follow to the end
    private Task<(IReadOnlyList<TableEntity> Rows, bool Last)> NextPageAsync(
        string? filter, (string Partition, string Row)? after, int? most, CancellationToken cancellationToken)
    {
        var matches = TableFilter.Parse(filter);
        var size = Math.Min(most ?? 1000, storage.World.Random.Chance(0.3) ? storage.World.Random.Between(1, 3) : 1000);
        return CallAsync<(IReadOnlyList<TableEntity>, bool)>(
            $"query {filter}",
            () =>
            {
                var rows = table.After(after, matches, size);
                return (rows, rows.Count < size);
            },
            cancellationToken);
    }

    private Task<T> CallAsync<T>(string what, Func<T> effect, CancellationToken cancellationToken) =>
        storage.Network.CallAsync(process, $"{table.Name}: {what}", effect, cancellationToken);

    private sealed class MissingRow<T> : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException("There is no row.");

        public override Response GetRawResponse() => new SimResponse(404);

        public override string ToString() => "404";
    }
}
