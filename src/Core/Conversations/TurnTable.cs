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

    /// <summary>The turn of a job that came without a number; null when it has none yet.</summary>
    public async Task<Turn?> TurnOfAsync(ConversationKey key, string jobId, CancellationToken cancellationToken) =>
        await GetAsync(key, MarkerKey(jobId), cancellationToken) is { } marker
            ? await TurnAsync(key, marker.GetInt32("Number")!.Value, cancellationToken)
            : null;

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

    /// <summary>Puts a turn in line, if its number is free.</summary>
    /// <returns>The turn that has the number: this one, or the one that was first.</returns>
    public async Task<Turn> AddAsync(ConversationKey key, Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(turn.Write(key), cancellationToken);
            return turn;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            return await TurnAsync(key, turn.Number, cancellationToken) ?? throw new InvalidOperationException($"Turn {turn.Number} is there, and is not.", exception);
        }
    }

    /// <summary>Writes a head and turns of its conversation in one step, if nobody changed the head since it was read.</summary>
    /// <param name="head">The head's new self.</param>
    /// <param name="turns">The turns' new selves.</param>
    /// <param name="areNew">Whether the turns' numbers must still be free.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    /// <returns>The head as written, or what kept it from being written.</returns>
    public async Task<HeadWrite> WriteAsync(Head head, IReadOnlyList<Turn> turns, bool areNew, CancellationToken cancellationToken)
    {
        var write = random.NextId().ToString("N");
        var row = head.Write(write);
        var kind = areNew ? TableTransactionActionType.Add : TableTransactionActionType.UpsertMerge;
        TableTransactionAction[] actions =
        [
            head.ETag == default
                ? new TableTransactionAction(TableTransactionActionType.Add, row)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, head.ETag),
            .. turns.Select(turn => new TableTransactionAction(kind, turn.Write(head.Key))),

            // A job that came without a number gets one once: the marker makes a second line-up fail as a whole
            .. turns.Where(_ => areNew).Select(turn => new TableTransactionAction(kind, Marker(head.Key, turn))),
        ];
        try
        {
            var response = await _table.SubmitTransactionAsync(actions, cancellationToken);
            return new HeadWrite(head with { ETag = response.Value[0].Headers.ETag!.Value }, Present: null, IsTaken: false);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            var now = await GetAsync(head.Key, Head.RowKey, cancellationToken);
            if (now is not null && JobRow.WriteToken(now) == write)
                return new HeadWrite(head with { ETag = now.ETag }, Present: null, IsTaken: false);

            // Only the head's condition is known to be the head's: any other failure may be a number or a job that is in line already
            var isHead = exception is TableTransactionFailedException { FailedTransactionActionIndex: 0 };
            return new HeadWrite(null, now is null ? new Head { Key = head.Key } : Head.Read(now), IsTaken: areNew && !isHead);
        }
    }

    private static string MarkerKey(string jobId) => $"j{jobId}";

    private static TableEntity Marker(ConversationKey key, Turn turn) => new(key.PartitionKey, MarkerKey(turn.JobId)) { ["Number"] = turn.Number };

    private async Task<TableEntity?> GetAsync(ConversationKey key, string rowKey, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, rowKey, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
