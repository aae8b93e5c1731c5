using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Files;

/// <summary>Files out: fetches what a response generated, streams it beside the job's result and points the answer's links at it.</summary>
public sealed partial class GeneratedFiles(
    BlobServiceClient blobs, SparrowDownloads downloads, IOptions<SparrowOptions> options, TimeProvider time, ILogger<GeneratedFiles> logger)
{
    private const int MostTries = 3;
    private const long Megabyte = 1_000_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    // One block at a time: memory stays flat however large a file is. Blocks that no last step puts together are no blob: half a file is never seen.
    private static readonly StorageTransferOptions OneBlockAtATime = new() { InitialTransferSize = 1 << 20, MaximumTransferSize = 1 << 22, MaximumConcurrency = 1 };

    private readonly BlobContainerClient _results = blobs.GetBlobContainerClient(StorageNames.ResultsContainer);

    private long MostBytes => options.Value.Downloads.MaxMegabytes * Megabyte;

    /// <summary>Saves every file that the response names. One that can't be fetched is a warning; the answer stands.</summary>
    /// <param name="id">The job.</param>
    /// <param name="response">The response.</param>
    /// <param name="answer">Its answer; null when it has only files.</param>
    /// <param name="within">How long all of it may take; what is not here by then is a warning.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public async Task<SavedFiles> SaveAsync(JobId id, ChatResponse response, string? answer, TimeSpan within, CancellationToken cancellationToken)
    {
        var files = new List<ResultFile>();
        var saved = new List<SavedFile>();
        var warnings = new List<string>();
        var names = new UniqueNames();
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var started = time.GetTimestamp();
        var limit = within < options.Value.Downloads.TotalTimeout ? within : options.Value.Downloads.TotalTimeout;
        foreach (var source in FileSources.Of(response))
        {
            var fetched = source.Url is null
                ? new Fetched(source.Id, "Sparrow sent no address for it.")
                : await FetchAsync(id, source, names, () => limit - time.GetElapsedTime(started), cancellationToken);
            if (fetched.File is not { } file)
            {
                told.Add(fetched.Name ?? "");
                Log.NotSaved(logger, id, source.Place, fetched.Problem);
                warnings.Add($"{source.Place}{(fetched.Name is { } name ? $" ({name})" : "")} could not be saved: {fetched.Problem}");
                continue;
            }

            files.Add(file);
            saved.Add(new SavedFile(source.Url!, fetched.Name!, $"files/{file.Name}"));
        }

        if (answer is null)
            return new SavedFiles(null, files, warnings);

        // A link to a file that could not be saved needs no second warning
        var linked = LinkMatcher.Rewrite(answer, saved);
        warnings.AddRange(linked.Missing.Where(link => !told.Contains(SafeFileName.Make(Uri.UnescapeDataString(link)))).Select(link => $"The answer links to {link}, but no file of that name came with it."));
        return new SavedFiles(linked.Text, files, warnings);
    }

    // A download costs nothing, so one that failed in passing is tried again at once: its address may have minutes to live
    private async Task<Fetched> FetchAsync(JobId id, FileSource source, UniqueNames names, Func<TimeSpan> left, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (left() <= TimeSpan.Zero)
                return new Fetched(SparrowDownloads.NameOf(source.Url!), "The time for this job's files was up.");
            var fetched = await TryAsync(id, source, names, left(), cancellationToken);
            if (!fetched.MayPass || tries == MostTries)
                return fetched;
            await Task.Delay(FirstPause * tries, time, cancellationToken);
        }
    }

    private async Task<Fetched> TryAsync(JobId id, FileSource source, UniqueNames names, TimeSpan limit, CancellationToken cancellationToken)
    {
        var opened = await downloads.OpenAsync(source.Url!, limit, cancellationToken);
        if (!opened.Succeeded)
            return new Fetched(SparrowDownloads.NameOf(source.Url!), opened.Error.Reason, MayPass: IsPassing(opened.Error));

        await using var download = opened.Value;
        if (download.Length > MostBytes)
            return new Fetched(download.FileName, $"It has {download.Length} bytes; at most {MostBytes} are saved.");
        try
        {
            await using var beginning = await PeekedStream.PeekAsync(download.Content, PageRule.Reach, cancellationToken);
            if (PageRule.IsInPlaceOf(download.FileName, beginning.Beginning))
                return new Fetched(download.FileName, "A web page came in place of the file.");

            await using var content = new MeasuredStream(beginning, MostBytes);
            var name = names.Take(download.FileName);
            var contentType = MediaType.Of(name, download.ContentType);
            var upload = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType }, TransferOptions = OneBlockAtATime };
            try
            {
                await _results.GetBlobClient($"{id}/files/{name}").UploadAsync(content, upload, cancellationToken);
            }
            catch
            {
                names.Free(name);
                throw;
            }

            return new Fetched(download.FileName, "", new ResultFile(name, content.Count, content.Sha256(), contentType, source.Place, $"files/{Uri.EscapeDataString(name)}"));
        }
        catch (InvalidDataException exception)
        {
            return new Fetched(download.FileName, $"{exception.Message} It was given up.");
        }
        catch (TimeoutException exception)
        {
            return new Fetched(download.FileName, exception.Message);
        }
        catch (IOException)
        {
            return new Fetched(download.FileName, "The transfer broke off before its end.", MayPass: true);
        }
    }

    // What CallRetry has repeated already (503, no connection) and what takes long to find out (timeouts) is not repeated here
    private static bool IsPassing(SparrowError error) =>
        error is { Kind: FailureKind.Transient, Fault: SparrowFault.ResetAfterSending or SparrowFault.Answered, Status: not 503 };

    private sealed record Fetched(string? Name, string Problem, ResultFile? File = null, bool MayPass = false);

    private static partial class Log
    {
        [LoggerMessage(EventId = 231, Level = LogLevel.Warning, Message = "Job {JobId}: {Place} could not be saved. {Problem}")]
        public static partial void NotSaved(ILogger logger, JobId jobId, string place, string problem);
    }
}
