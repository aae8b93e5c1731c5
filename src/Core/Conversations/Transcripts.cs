using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Conversations;

/// <summary>Shows conversations, and forgets them.</summary>
public sealed class Transcripts(TurnTable table, TableServiceClient tables, BlobServiceClient blobs, IRandomSource random)
{
    private const int MostInOneWrite = 100;
    private const int TextsAtOnce = 8;

    private readonly TableClient _turns = tables.GetTableClient(StorageNames.TurnsTable);
    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>A conversation with all that was said in it; null when there is none of that key.</summary>
    public async Task<Transcript?> FindAsync(ConversationKey key, CancellationToken cancellationToken)
    {
        var head = await table.HeadAsync(key, cancellationToken);
        var turns = new List<TranscriptTurn>();
        foreach (var some in (await table.TurnsAsync(key, from: 1, cancellationToken)).Chunk(TextsAtOnce))
            turns.AddRange(await Task.WhenAll(some.Select(turn => ReadAsync(turn, cancellationToken))));
        return head.ETag == default && turns.Count == 0 ? null : new Transcript(key.Text, head.ConversationId, turns);
    }

    /// <summary>Whether there is a conversation of that key.</summary>
    public async Task<bool> ExistsAsync(ConversationKey key, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key.PartitionKey}");
        return await _turns.QueryAsync<TableEntity>(filter, maxPerPage: 1, select: ["RowKey"], cancellationToken).AnyAsync(cancellationToken);
    }

    /// <summary>
    /// Forgets a conversation: its turns, what was said in them, and what Sparrow would go on from. Jobs and their results stay. The texts go first,
    /// the head last and with the last turns, each step only if nobody has come in since: so it can be repeated, and never meets a turn half way.
    /// </summary>
    /// <returns>What came of it.</returns>
    public async Task<Forgetting> ForgetAsync(ConversationKey key, CancellationToken cancellationToken)
    {
        for (var tried = false; ; tried = true)
        {
            var head = await table.HeadAsync(key, cancellationToken);
            var rows = await RowsAsync(key, cancellationToken);
            if (head.ETag == default && rows.Count == 0)
                return tried ? Forgetting.Forgotten : Forgetting.NoConversation;
            if (head.Active is not null || await table.LowestWaitingAsync(key, from: 1, cancellationToken) is not null)
                return Forgetting.InUse;

            foreach (var path in rows.SelectMany(row => new[] { row.GetString("UserBlob"), row.GetString("AnswerBlob") }).OfType<string>())
                await _payloads.DeleteBlobIfExistsAsync(path, cancellationToken: cancellationToken);
            if (await DeleteAsync(head, rows, cancellationToken))
                return Forgetting.Forgotten;
        }
    }

    // False when somebody has changed the conversation meanwhile, or when this very write took effect and its answer was lost
    private async Task<bool> DeleteAsync(Head head, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var chunks = rows.Chunk(MostInOneWrite - 1).DefaultIfEmpty([]).ToArray();
        try
        {
            foreach (var (chunk, isLast) in chunks.Select((chunk, index) => (chunk, index == chunks.Length - 1)))
            {
                var kind = isLast ? TableTransactionActionType.Delete : TableTransactionActionType.UpdateReplace;
                var others = chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All));
                var written = await _turns.SubmitTransactionAsync(
                    [new TableTransactionAction(kind, head.Write(random.NextId().ToString("N")), head.ETag), .. others], cancellationToken);
                head = head with { ETag = written.Value[0].Headers.ETag ?? default };
            }

            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private async Task<List<TableEntity>> RowsAsync(ConversationKey key, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key.PartitionKey} and RowKey ne {Head.RowKey}");
        await foreach (var row in _turns.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", "UserBlob", "AnswerBlob"], cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    private async Task<TranscriptTurn> ReadAsync(Turn turn, CancellationToken cancellationToken) => new(
        turn.Number,
        turn.JobId,
        Turn.Name(turn.State),
        turn.AcceptedAt,
        turn.User ?? await TextAsync(turn.UserBlob, cancellationToken),
        turn.Answer ?? await TextAsync(turn.AnswerBlob, cancellationToken));

    private async Task<string?> TextAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null)
            return null;
        try
        {
            return (await _payloads.GetBlobClient(path).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // Being forgotten just now
            return null;
        }
    }
}

/// <summary>What came of the wish to forget a conversation.</summary>
public enum Forgetting
{
    /// <summary>It is forgotten.</summary>
    Forgotten,

    /// <summary>There is none of that key.</summary>
    NoConversation,

    /// <summary>A turn of it runs or waits.</summary>
    InUse,
}
