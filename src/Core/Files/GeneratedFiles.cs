using System.Globalization;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Files;

/// <summary>Files out: fetches what a response generated, streams it beside the job's result and points the answer's links at it.</summary>
public sealed class GeneratedFiles(BlobServiceClient blobs, SparrowDownloads downloads)
{
    // One block at a time: memory stays flat however large a file is
    private static readonly StorageTransferOptions OneBlockAtATime = new() { InitialTransferSize = 1 << 20, MaximumTransferSize = 1 << 22, MaximumConcurrency = 1 };

    private readonly BlobContainerClient _results = blobs.GetBlobContainerClient(StorageNames.ResultsContainer);

    /// <summary>Saves every file that the response names. One that can't be fetched is a warning; the answer stands.</summary>
    /// <param name="id">The job.</param>
    /// <param name="response">The response.</param>
    /// <param name="answer">Its answer; null when it has only files.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public async Task<SavedFiles> SaveAsync(JobId id, ChatResponse response, string? answer, CancellationToken cancellationToken)
    {
        var files = new List<ResultFile>();
        var saved = new List<SavedFile>();
        var warnings = new List<string>();
        var names = new UniqueNames();
        for (var i = 0; i < response.Downloads.Count; i++)
        {
            var source = string.Create(CultureInfo.InvariantCulture, $"downloads[{i}]");
            var (file, original, problem) = await SaveAsync(id, source, response.Downloads[i], names, cancellationToken);
            if (file is null)
            {
                warnings.Add($"{source} could not be saved: {problem}");
                continue;
            }

            files.Add(file);
            saved.Add(new SavedFile(response.Downloads[i], original, $"files/{file.Name}"));
        }

        if (answer is null)
            return new SavedFiles(null, files, warnings);

        var linked = LinkMatcher.Rewrite(answer, saved);
        warnings.AddRange(linked.Missing.Select(link => $"The answer links to {link}, but no file of that name came with it."));
        return new SavedFiles(linked.Text, files, warnings);
    }

    private async Task<(ResultFile? File, string Original, string? Problem)> SaveAsync(
        JobId id, string source, string url, UniqueNames names, CancellationToken cancellationToken)
    {
        var opened = await downloads.OpenAsync(url, cancellationToken);
        if (!opened.Succeeded)
            return (null, "", opened.Error.Reason);

        await using var download = opened.Value;
        await using var content = new MeasuredStream(download.Content);
        var name = names.Take(download.FileName);
        var contentType = MediaType.Of(name, download.ContentType);
        try
        {
            await _results.GetBlobClient($"{id}/files/{name}").UploadAsync(
                content,
                new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType }, TransferOptions = OneBlockAtATime },
                cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            return (null, "", "The transfer broke off before its end.");
        }

        return (new ResultFile(name, content.Count, content.Sha256(), contentType, source, $"files/{Uri.EscapeDataString(name)}"), download.FileName, null);
    }
}
