using System.Text.Json;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Results;

/// <summary>
/// Publishes outcomes beside the paths of dropped files: <c>results/drop/{path}.md</c>, <c>.json</c> and <c>.files/…</c>. May be repeated; each
/// write is conditional, so an older version's outcome never replaces a newer one's.
/// </summary>
public sealed partial class DropOutcomes(BlobServiceClient blobs, OutcomePrecedence precedence, ResultStore results, ILogger<DropOutcomes> logger)
{
    private const int MostTries = 5;

    // One block at a time: memory stays flat however large a file is
    private static readonly StorageTransferOptions OneBlockAtATime = new() { InitialTransferSize = 1 << 20, MaximumTransferSize = 1 << 22, MaximumConcurrency = 1 };

    private readonly BlobContainerClient _results = blobs.GetBlobContainerClient(StorageNames.ResultsContainer);

    /// <summary>Publishes the outcome of a job that was dropped; does nothing for any other.</summary>
    /// <param name="job">The job, ended.</param>
    /// <param name="document">Its document; null when it has to be read back.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    public async Task PublishAsync(Job job, JobDocument? document, CancellationToken cancellationToken)
    {
        if (job.Drop is not { } source)
            return;
        await PublishAsync(source, OutcomeStamp.Of(source, job), job.Id.ToString(), async () =>
            document ?? await results.FindAsync(job.Id.ToString(), cancellationToken) ?? JobDocuments.Of(job, ""), cancellationToken);
    }

    /// <summary>Publishes why a version was not taken.</summary>
    /// <param name="source">The version.</param>
    /// <param name="document">A document that says so.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    public Task RefuseAsync(DropSource source, JobDocument document, CancellationToken cancellationToken) =>
        PublishAsync(source, OutcomeStamp.OfRefusal(source, document), document.Id, () => Task.FromResult(document), cancellationToken);

    private async Task PublishAsync(DropSource source, OutcomeStamp stamp, string jobId, Func<Task<JobDocument>> read, CancellationToken cancellationToken)
    {
        var outcome = DropPath.Outcome(source.Path);
        var there = (await FindAsync(_results.GetBlobClient($"{outcome}.json"), cancellationToken))?.Stamp;
        if (there is { } done && (done.Source, done.Mark) == (stamp.Source, stamp.Mark))
            return;

        var put = await precedence.StandsAsync(source, stamp, there, cancellationToken)
            ? await WriteAsync(outcome, source, stamp, await read(), isFirst: there is null, cancellationToken)
            : Put.Superseded;
        if (put != Put.Superseded)
        {
            Log.Published(logger, jobId, outcome);
            return;
        }

        Log.Superseded(logger, source.Path, source.ETag);
        await TidyAsync(outcome, left => Task.FromResult(left == stamp), cancellationToken);
    }

    private async Task<Put> WriteAsync(string outcome, DropSource source, OutcomeStamp stamp, JobDocument document, bool isFirst, CancellationToken cancellationToken)
    {
        var put = Put.New;
        foreach (var file in document.Files)
        {
            var saved = _results.GetBlobClient($"{document.Id}/files/{file.Name}");
            put = Worst(put, await PutAsync($"{outcome}.files/{file.Name}", file.ContentType, source, stamp, token => OpenAsync(saved, token), cancellationToken));
        }

        var relinked = OutcomeText.Relinked(document, outcome);
        var page = BinaryData.FromString(OutcomeText.Page(relinked, source));
        var json = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(relinked, JobDocumentJson.Readable.JobDocument));
        if (put != Put.Superseded)
            put = Worst(put, await PutAsync($"{outcome}.md", "text/markdown; charset=utf-8", source, stamp, _ => Task.FromResult<Stream?>(page.ToStream()), cancellationToken));

        // What the replaced outcome had more is taken away before the last write says that all is done
        if (put == Put.Replaced || (put == Put.New && !isFirst))
            await TidyAsync(outcome, async left => left.Source == stamp.Source && left != stamp && await precedence.StandsAsync(source, stamp, left, cancellationToken), cancellationToken);

        // Last, so that whoever finds it finds all
        return put == Put.Superseded ? put : Worst(put, await PutAsync($"{outcome}.json", "application/json", source, stamp, _ => Task.FromResult<Stream?>(json.ToStream()), cancellationToken));
    }

    private async Task<Put> PutAsync(
        string path, string contentType, DropSource source, OutcomeStamp stamp, Func<CancellationToken, Task<Stream?>> open, CancellationToken cancellationToken)
    {
        var blob = _results.GetBlobClient(path);
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            Metadata = stamp.ToMetadata(),
            TransferOptions = OneBlockAtATime,
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        for (var tries = 1; ; tries++)
        {
            await using var content = await open(cancellationToken);
            if (content is null)
                return Put.New;
            try
            {
                await blob.UploadAsync(content, options, cancellationToken);
                return tries == 1 ? Put.New : Put.Replaced;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412 && tries < MostTries)
            {
                var there = await FindAsync(blob, cancellationToken);
                if (there?.Stamp is { } other && other != stamp && !await precedence.StandsAsync(source, stamp, other, cancellationToken))
                    return Put.Superseded;
                options.Conditions = there is { } found ? new BlobRequestConditions { IfMatch = found.ETag } : new BlobRequestConditions { IfNoneMatch = ETag.All };
            }
        }
    }

    private static Put Worst(Put one, Put other) => one > other ? one : other;

    // Takes away published files; each outcome among them is judged once
    private async Task TidyAsync(string outcome, Func<OutcomeStamp, Task<bool>> isLeftover, CancellationToken cancellationToken)
    {
        var judged = new Dictionary<OutcomeStamp, bool>();
        await foreach (var blob in _results.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, $"{outcome}.files/", cancellationToken))
        {
            if (OutcomeStamp.Read(blob.Metadata) is not { } left)
                continue;
            if (!judged.TryGetValue(left, out var remove))
                judged[left] = remove = await isLeftover(left);
            if (remove)
                await RemoveAsync(blob, cancellationToken);
        }
    }

    private async Task<Stream?> OpenAsync(BlobClient saved, CancellationToken cancellationToken)
    {
        try
        {
            return (await saved.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value.Content;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            Log.FileGone(logger, saved.Name);
            return null;
        }
    }

    private async Task RemoveAsync(BlobItem blob, CancellationToken cancellationToken)
    {
        try
        {
            await _results.GetBlobClient(blob.Name).DeleteIfExistsAsync(
                DeleteSnapshotsOption.IncludeSnapshots, new BlobRequestConditions { IfMatch = blob.Properties.ETag }, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 412)
        {
            // Somebody has published anew under that name; it is theirs
        }
    }

    private static async Task<(OutcomeStamp? Stamp, ETag ETag)?> FindAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return (OutcomeStamp.Read(found.Metadata), found.ETag);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private enum Put
    {
        New,
        Replaced,
        Superseded,
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 210, Level = LogLevel.Information, Message = "The outcome of job {JobId} lies at results/{Outcome}.md")]
        public static partial void Published(ILogger logger, string jobId, string outcome);

        [LoggerMessage(EventId = 211, Level = LogLevel.Warning, Message = "Version {Version} of drop/{Path} has been superseded: its outcome stays with its job and is not published, the newer version's is")]
        public static partial void Superseded(ILogger logger, string path, string version);

        [LoggerMessage(EventId = 212, Level = LogLevel.Warning, Message = "results/{Name} was deleted before it could be published")]
        public static partial void FileGone(ILogger logger, string name);
    }
}
