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
            var response = await _table.AddEntityAsync(row, cancellationToken);
            return (job with { ETag = response.Headers.ETag!.Value }, true);
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

    /// <summary>A job of that content that has not ended; null when there is none. Looks through the whole table, so it is for rare cases only.</summary>
    public async Task<Job?> FindOpenAsync(string content, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"Content eq {content} and State ne {JobState.Succeeded.Name()} and State ne {JobState.Failed.Name()} and State ne {JobState.Cancelled.Name()}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, maxPerPage: 1, cancellationToken: cancellationToken))
            return await ReadAsync(row, cancellationToken);
        return null;
    }

    /// <summary>Replaces a job by its changed self, if nobody else changed it since.</summary>
    /// <returns>The job with its new version, or null when somebody else was first.</returns>
    public async Task<Job?> UpdateAsync(Job job, CancellationToken cancellationToken)
    {
        var write = NewWrite();
        try
        {
            var response = await _table.UpdateEntityAsync(JobRow.Write(job, write), job.ETag, TableUpdateMode.Merge, cancellationToken);
            return job with { ETag = response.Headers.ETag!.Value };
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            var now = await GetAsync(job.Id, cancellationToken);
            return now is not null && JobRow.WriteToken(now) == write ? job with { ETag = now.ETag } : null;
        }
    }

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
