using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Conversations;

/// <summary>Table <c>turns</c>: a conversation's head and turns lie in one partition, so that they change together or not at all.</summary>
public sealed class TurnTable(TableServiceClient tables, IRandomSource random)
{
    private readonly TableClient _table = tables.GetTableClient(StorageNames.TurnsTable);

    /// <summary>The head of a conversation; one that was never written stands before its first turn.</summary>
    public async Task<Head> HeadAsync(ConversationKey key, CancellationToken cancellationToken)
    {
        var row = await GetAsync(key, Head.RowKey, cancellationToken);
        return row is null ? new Head { Key = key } : Head.Read(row);
    }

    /// <summary>A turn; null when its number is free.</summary>
    public async Task<Turn?> TurnAsync(ConversationKey key, int number, CancellationToken cancellationToken) =>
        await GetAsync(key, Turn.RowKey(number), cancellationToken) is { } row ? Turn.Read(row) : null;

    /// <summary>The turn of a job, wherever it stands; null when it has none.</summary>
    public async Task<Turn?> TurnOfAsync(ConversationKey key, string jobId, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key.PartitionKey} and JobId eq {jobId}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken))
            return Turn.Read(row);
        return null;
    }

    /// <summary>The lowest turn from a number on that waits; null when none does.</summary>
    public async Task<Turn?> LowestWaitingAsync(ConversationKey key, int from, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {key.PartitionKey} and RowKey ge {Turn.RowKey(from)} and State eq {Turn.Name(TurnState.Waiting)}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken))
            return Turn.Read(row);
        return null;
    }

    /// <summary>The turns from a number on, in order.</summary>
    public async Task<IReadOnlyList<Turn>> TurnsAsync(ConversationKey key, int from, CancellationToken cancellationToken)
    {
        var turns = new List<Turn>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key.PartitionKey} and RowKey ge {Turn.RowKey(from)}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            turns.Add(Turn.Read(row));
        return turns;
    }

    /// <summary>Writes head and turn in one step, if nobody changed the head since it was read.</summary>
    /// <param name="head">The head's new self.</param>
    /// <param name="turn">The turn's new self.</param>
    /// <param name="isNew">Whether the turn's number must still be free.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    /// <returns>The head with its new version, or null when somebody else was first; then look again.</returns>
    public async Task<Head?> WriteAsync(Head head, Turn turn, bool isNew, CancellationToken cancellationToken)
    {
        var write = random.NextId().ToString("N");
        var row = head.Write(write);
        TableTransactionAction[] actions =
        [
            head.ETag == default
                ? new TableTransactionAction(TableTransactionActionType.Add, row)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, head.ETag),
            new TableTransactionAction(isNew ? TableTransactionActionType.Add : TableTransactionActionType.UpsertMerge, turn.Write(head.Key)),
        ];
        try
        {
            var response = await _table.SubmitTransactionAsync(actions, cancellationToken);
            return head with { ETag = response.Value[0].Headers.ETag!.Value };
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            var now = await GetAsync(head.Key, Head.RowKey, cancellationToken);
            return now is not null && JobRow.WriteToken(now) == write ? head with { ETag = now.ETag } : null;
        }
    }

    private async Task<TableEntity?> GetAsync(ConversationKey key, string rowKey, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, rowKey, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
