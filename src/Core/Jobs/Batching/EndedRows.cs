using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Jobs.Batching;

/// <summary>
/// Which rows of a batch have ended of late: a line for each in a blob under <c>payloads/batches/</c>, appended when the last job of the row has
/// ended. It spares the coordinator a look at every row that is under way. Only a hint: the ledger decides, and a row that is missing here is
/// looked at all the same, only later.
/// </summary>
public sealed class EndedRows(BlobServiceClient blobs)
{
    /// <summary>
    /// How large it may grow before it is begun anew, in bytes; every row adds 25. Every step reads all of it, and Azurite takes 0.2 ms for each line:
    /// with ten thousand of them a step took seconds.
    /// </summary>
    public const int MaxBytes = 16 * 1024;

    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Begins the list of a batch, empty.</summary>
    public Task BeginAsync(BatchName batch, CancellationToken cancellationToken) =>
        Blob(batch.Hash).CreateAsync(new AppendBlobCreateOptions(), cancellationToken);

    /// <summary>Notes the end of a job, if it is the last one of a batch's row. May be repeated.</summary>
    public async Task NoteAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Source != BatchJobId.Source || !BatchJobId.TryParse(job.Id, out var ask) || ask.Ask != ask.Asks)
            return;
        try
        {
            using var line = BinaryData.FromString($"{ask.Row}\n").ToStream();
            await Blob(ask.Batch).AppendBlockAsync(line, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409)
        {
            // Nobody gathers this batch any more, or the list is full
        }
    }

    /// <summary>The hashes of the rows on the list of a batch. A list that has grown long is begun anew.</summary>
    public async Task<IReadOnlySet<string>> ReadAsync(BatchName batch, CancellationToken cancellationToken)
    {
        try
        {
            var list = (await Blob(batch.Hash).DownloadContentAsync(cancellationToken)).Value;
            if (list.Details.ContentLength > MaxBytes)
                await EmptyAsync(batch, list.Details.ETag, cancellationToken);
            return list.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            await BeginAsync(batch, cancellationToken);
            return new HashSet<string>(StringComparer.Ordinal);
        }
    }

    /// <summary>Ends the list of a batch.</summary>
    public Task EndAsync(BatchName batch, CancellationToken cancellationToken) => Blob(batch.Hash).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    private async Task EmptyAsync(BatchName batch, ETag read, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(batch.Hash).CreateAsync(
                new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfMatch = read } }, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            // It has grown since: the next time then
        }
    }

    private AppendBlobClient Blob(string hash) => _payloads.GetAppendBlobClient($"batches/{hash}/ended.txt");
}
