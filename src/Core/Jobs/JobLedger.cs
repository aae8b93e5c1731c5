using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Jobs;

/// <summary>
/// Table <c>jobs</c>. Every write is conditional. A condition that fails is read back before it is believed:
/// the SDK repeats a write whose response was lost, and then meets its own first try.
/// </summary>
public sealed class JobLedger(TableServiceClient tables, BlobServiceClient blobs, IRandomSource random)
{
    private readonly TableClient _table = tables.GetTableClient(StorageNames.JobsTable);
    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Puts a new job into the ledger, or gives back the one that has its id already.</summary>
    /// <returns>The job as the ledger has it, and whether it is the one given.</returns>
    public async Task<(Job Job, bool Added)> AddAsync(Job job, CancellationToken cancellationToken)
    {
        var write = NewWrite();
        var row = JobRow.Write(job, write);
        await AddRequestAsync(row, job, cancellationToken);
        try
        {
            // Job and listing, or neither: one operation
            var added = await _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, row), new(TableTransactionActionType.UpsertReplace, Listing.Write(job))], cancellationToken);
            return (Written(job, added.Value[0].Headers.ETag!.Value), true);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            var known = await GetAsync(job.Id, cancellationToken) ?? throw new InvalidOperationException($"Job {job.Id} is in the ledger, and is not.", exception);
            return (await ReadAsync(known, cancellationToken), JobRow.WriteToken(known) == write);
        }
    }

    /// <summary>The job of that id; null when the ledger knows none.</summary>
    public async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        await GetAsync(id, cancellationToken) is { } row ? await ReadAsync(row, cancellationToken) : null;

    /// <summary>Whether the ledger knows a job of that id.</summary>
    public async Task<bool> KnowsAsync(JobId id, CancellationToken cancellationToken) =>
        (await _table.GetEntityIfExistsAsync<TableEntity>(JobRow.PartitionKey(id), JobRow.RowKey(id), [nameof(TableEntity.RowKey)], cancellationToken)).HasValue;

    /// <summary>
    /// A job of that content, one that has not ended before all others, else the latest; null when there is none. Looks through the whole table, so
    /// it is for rare cases only.
    /// </summary>
    public async Task<Job?> FindByContentAsync(string content, CancellationToken cancellationToken)
    {
        Job? found = null;
        await foreach (var row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Content eq {content}"), cancellationToken: cancellationToken))
        {
            var job = await ReadAsync(row, cancellationToken);
            if (!job.State.IsTerminal())
                return job;
            found = found is null || job.CreatedAt > found.CreatedAt ? job : found;
        }

        return found;
    }

    /// <summary>The jobs that were to go on before a time and have not: queued since before it, or put off until before it. Looks through the whole table.</summary>
    /// <returns>Each with the time it was to go on at.</returns>
    public async IAsyncEnumerable<(JobId Id, DateTimeOffset DueAt)> OverdueAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"(State eq {JobState.Queued.Name()} and CreatedAt lt {before}) or (State eq {JobState.Waiting.Name()} and NextAttemptAt lt {before})");
        string[] columns = ["RowKey", "State", "CreatedAt", "NextAttemptAt"];
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancellationToken))
            yield return (JobId.Parse(row.RowKey), row.GetDateTimeOffset(row.GetString("State") == JobState.Queued.Name() ? "CreatedAt" : "NextAttemptAt")!.Value);
    }

    /// <summary>Replaces a job by its changed self, if nobody else changed it since.</summary>
    /// <returns>The job with its new version, or null when somebody else was first.</returns>
    public async Task<Job?> UpdateAsync(Job job, CancellationToken cancellationToken)
    {
        var write = NewWrite();
        try
        {
            return Written(job, await WriteAsync(JobRow.Write(job, write), job, cancellationToken));
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            var now = await GetAsync(job.Id, cancellationToken);
            return now is not null && JobRow.WriteToken(now) == write ? Written(job, now.ETag) : null;
        }
    }

    /// <summary>Takes a job back that was only just added, if nobody did anything with it since; its id is free again.</summary>
    public async Task WithdrawAsync(Job job, CancellationToken cancellationToken)
    {
        var row = new TableEntity(JobRow.PartitionKey(job.Id), JobRow.RowKey(job.Id));
        try
        {
            await _table.SubmitTransactionAsync([new(TableTransactionActionType.Delete, row, job.ETag), new(TableTransactionActionType.Delete, Listing.Write(job), ETag.All)], cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // Gone already, or somebody works on it: then it comes to its end in the usual way
        }
    }

    private async Task<ETag> WriteAsync(TableEntity row, Job job, CancellationToken cancellationToken)
    {
        if (!job.State.IsTerminal() && !job.Stored.IsTerminal())
            return (await _table.UpdateEntityAsync(row, job.ETag, TableUpdateMode.Merge, cancellationToken)).Headers.ETag!.Value;
        var written = await _table.SubmitTransactionAsync(
            [new(TableTransactionActionType.UpdateMerge, row, job.ETag), new(TableTransactionActionType.UpsertReplace, Listing.Write(job))], cancellationToken);
        return written.Value[0].Headers.ETag!.Value;
    }

    private static Job Written(Job job, ETag version) => job with { ETag = version, Stored = job.State };

    private async Task AddRequestAsync(TableEntity row, Job job, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Serialize(job.Accepted, PromptJson.Default.AcceptedPrompt);
        if (request.Length <= JobRow.MaxInlineRequest)
        {
            row["Request"] = request;
            return;
        }

        // Named by content, so that a message with the same id and other content cannot overwrite what the job asks
        var path = $"requests/{job.Id}/{job.Content}.json";
        await _payloads.GetBlobClient(path).UploadAsync(BinaryData.FromString(request), overwrite: true, cancellationToken);
        row["RequestBlob"] = path;
    }

    private async Task<TableEntity?> GetAsync(JobId id, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(JobRow.PartitionKey(id), JobRow.RowKey(id), cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async Task<Job> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetString("Request") is { } inline)
            return JobRow.Read(row, inline);

        var content = await _payloads.GetBlobClient(row.GetString("RequestBlob")).DownloadContentAsync(cancellationToken);
        return JobRow.Read(row, content.Value.Content.ToString());
    }

    private string NewWrite() => random.NextId().ToString("N");
}
