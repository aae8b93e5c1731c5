using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Tables;

/// <summary>A table: rows in order of their keys, every write with a new version, and the service's limits.</summary>
internal sealed class SimTable(SimStorage storage, string name)
{
    private const int LongestText = 32 * 1024; // characters: 64 KiB of UTF-16
    private const int LongestKey = 512;

    private readonly SortedDictionary<(string Partition, string Row), TableEntity> _rows = new(KeyOrder.Instance);

    public string Name => name;

    /// <summary>Copies of all rows, in order.</summary>
    public IEnumerable<TableEntity> Rows => _rows.Values.Select(Copy);

    public TableEntity? Find(string partition, string row) => _rows.TryGetValue((partition, row), out var found) ? Shown(found) : null;

    public ETag Add(TableEntity entity)
    {
        Check(entity);
        return _rows.ContainsKey(Key(entity)) ? throw StorageErrors.EntityExists() : Store(entity);
    }

    public ETag Upsert(TableEntity entity, TableUpdateMode mode)
    {
        Check(entity);
        return Store(mode == TableUpdateMode.Merge && _rows.TryGetValue(Key(entity), out var stored) ? Merged(stored, entity) : entity);
    }

    public ETag Update(TableEntity entity, ETag ifMatch, TableUpdateMode mode)
    {
        Check(entity);
        var stored = Required(Key(entity), ifMatch);
        return Store(mode == TableUpdateMode.Merge ? Merged(stored, entity) : entity);
    }

    public void Delete(string partition, string row, ETag ifMatch)
    {
        Required((partition, row), ifMatch);
        _rows.Remove((partition, row));
    }

    /// <summary>Rows after a place, in order: what a page of a query is taken from.</summary>
    public List<TableEntity> After((string Partition, string Row)? place, Func<TableEntity, bool> filter, int most)
    {
        var found = new List<TableEntity>();
        foreach (var (key, row) in _rows)
        {
            if ((place is null || KeyOrder.Instance.Compare(key, place.Value) > 0) && filter(row))
                found.Add(Shown(row));
            if (found.Count == most)
                break;
        }

        return found;
    }

    /// <summary>Does all of it or nothing.</summary>
    /// <exception cref="TableTransactionFailedException">One of the actions can't be done; it names the first.</exception>
    public IReadOnlyList<ETag> Submit(IReadOnlyList<TableTransactionAction> actions)
    {
        if (actions.Count is 0 or > 100)
            throw StorageErrors.Of(400, "InvalidInput");
        if (actions.Select(action => action.Entity.PartitionKey).Distinct(StringComparer.Ordinal).Count() > 1)
            throw StorageErrors.Of(400, "CommandsInBatchActOnDifferentPartitions");
        if (actions.Select(action => action.Entity.RowKey).Distinct(StringComparer.Ordinal).Count() < actions.Count)
            throw StorageErrors.Of(400, "InvalidDuplicateRow");

        var before = actions.Select(action => Key((TableEntity)action.Entity)).ToDictionary(key => key, key => _rows.GetValueOrDefault(key));
        var versions = new List<ETag>();
        for (var i = 0; i < actions.Count; i++)
        {
            try
            {
                versions.Add(Do(actions[i]));
            }
            catch (RequestFailedException exception)
            {
                foreach (var (key, row) in before)
                {
                    if (row is null)
                        _rows.Remove(key);
                    else
                        _rows[key] = row;
                }

                exception.Data["FailedEntity"] = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
                throw new TableTransactionFailedException(exception);
            }
        }

        return versions;
    }

    /// <summary>A copy as the service would have it: no absent columns, times with their offset, no version of the caller's.</summary>
    public static TableEntity Copy(ITableEntity entity)
    {
        if (entity is not TableEntity given)
            throw new SimFailureException($"The simulation knows TableEntity only, not {entity.GetType().Name}.");
        var copy = new TableEntity(given.PartitionKey, given.RowKey) { ETag = given.ETag, Timestamp = given.Timestamp };
        foreach (var (column, value) in given)
        {
            if (value is not null && column is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
                copy[column] = value is DateTime time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : value;
        }

        return copy;
    }

    private static (string Partition, string Row) Key(TableEntity entity) => (entity.PartitionKey, entity.RowKey);

    private static TableEntity Merged(TableEntity stored, TableEntity entity)
    {
        var merged = Copy(stored);
        foreach (var (column, value) in Copy(entity))
            merged[column] = value;
        return merged;
    }

    private static void Check(TableEntity entity)
    {
        foreach (var key in new[] { entity.PartitionKey, entity.RowKey })
        {
            if (key.Length > LongestKey || key.Any(character => character is '/' or '\\' or '#' or '?' || char.IsControl(character)))
                throw StorageErrors.Of(400, "OutOfRangeInput");
        }

        if (((IDictionary<string, object>)entity).Values.Any(value => value is string { Length: > LongestText }))
            throw StorageErrors.Of(400, "PropertyValueTooLarge");
    }

    private ETag Do(TableTransactionAction action)
    {
        var entity = (TableEntity)action.Entity;
        switch (action.ActionType)
        {
            case TableTransactionActionType.Add:
                return Add(entity);
            case TableTransactionActionType.UpdateMerge:
                return Update(entity, action.ETag, TableUpdateMode.Merge);
            case TableTransactionActionType.UpdateReplace:
                return Update(entity, action.ETag, TableUpdateMode.Replace);
            case TableTransactionActionType.UpsertMerge:
                return Upsert(entity, TableUpdateMode.Merge);
            case TableTransactionActionType.UpsertReplace:
                return Upsert(entity, TableUpdateMode.Replace);
            default:
                Delete(entity.PartitionKey, entity.RowKey, action.ETag);
                return default;
        }
    }

    private TableEntity Required((string Partition, string Row) key, ETag ifMatch)
    {
        if (!_rows.TryGetValue(key, out var stored))
            throw StorageErrors.EntityMissing();
        if (ifMatch == default)
            throw new SimFailureException($"A write to {name} {key.Partition}/{key.Row} names no version: every write is conditional.");
        return ifMatch == ETag.All || ifMatch == stored.ETag || storage.Mutation.IgnoresCondition(name, stored) ? stored : throw StorageErrors.EntityChanged();
    }

    private ETag Store(TableEntity entity)
    {
        var row = Copy(entity);
        storage.Mutation.Write(name, row);
        row.ETag = storage.NextVersion("W/\"datetime'{0}'\"");
        row.Timestamp = storage.World.Now;
        if (!storage.Mutation.SwallowsRow(name, row))
            _rows[Key(row)] = row;
        return row.ETag;
    }

    private TableEntity Shown(TableEntity row)
    {
        var copy = Copy(row);
        storage.Mutation.Read(name, copy);
        return copy;
    }

    private sealed class KeyOrder : IComparer<(string Partition, string Row)>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare((string Partition, string Row) x, (string Partition, string Row) y)
        {
            var partitions = string.CompareOrdinal(x.Partition, y.Partition);
            return partitions != 0 ? partitions : string.CompareOrdinal(x.Row, y.Row);
        }
    }
}
