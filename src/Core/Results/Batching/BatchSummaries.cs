using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake.Batching;

namespace SparrowFunctions.Results.Batching;

/// <summary>The summaries of batches. An older one never takes the place of a newer one.</summary>
public sealed class BatchSummaries(BlobServiceClient blobs)
{
    private const string RunMetadata = "run";
    private const string StepMetadata = "step";

    /// <summary>
    /// Writes a summary, unless a later run's is there or a later step's of the same run. Steps alone don't tell: a state that is no more (payloads
    /// are deleted long before results) begins again with the first.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="step">The number of the step that it is of.</param>
    /// <param name="cancellationToken">Ends the write; it may be repeated.</param>
    public async Task WriteAsync(BatchName batch, BatchSummary summary, int step, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [RunMetadata] = summary.StartedAt.UtcTicks.ToString(CultureInfo.InvariantCulture),
                [StepMetadata] = step.ToString(CultureInfo.InvariantCulture),
            },
        };
        var blob = Client(batch);
        var content = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(summary, BatchSummaryJson.Readable.BatchSummary));
        while (true)
        {
            var (latest, etag) = await LatestAsync(blob, cancellationToken);
            if (latest.CompareTo((summary.StartedAt.UtcTicks, step)) >= 0)
                return;
            options.Conditions = etag is { } there ? new BlobRequestConditions { IfMatch = there } : new BlobRequestConditions { IfNoneMatch = ETag.All };
            try
            {
                await blob.UploadAsync(content, options, cancellationToken);
                return;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                // Another was first, or this very write was: which of them is newer is looked at again
            }
        }
    }

    /// <summary>A batch's summary; null when there is none.</summary>
    public async Task<BatchSummary?> FindAsync(BatchName batch, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize((await Client(batch).DownloadContentAsync(cancellationToken)).Value.Content, BatchSummaryJson.Readable.BatchSummary);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private static async Task<((long Run, long Step) Latest, ETag? ETag)> LatestAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return ((Number(there.Metadata, RunMetadata), Number(there.Metadata, StepMetadata)), there.ETag);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return (default, null);
        }
    }

    private static long Number(IDictionary<string, string> metadata, string name) =>
        metadata.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private BlobClient Client(BatchName batch) => blobs.GetBlobContainerClient(batch.Summary.Container).GetBlobClient(batch.Summary.Path);
}
