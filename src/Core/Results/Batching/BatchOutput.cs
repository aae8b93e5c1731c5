using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using SparrowFunctions.Intake.Batching;

namespace SparrowFunctions.Results.Batching;

/// <summary>
/// The outputs of batches: append blobs that grow while their batch runs. Rows are appended only to the version that the appender knows, so none
/// is ever there twice, however many coordinators believe that it is their turn.
/// </summary>
public sealed class BatchOutput(BlobServiceClient blobs)
{
    private const string InputMetadata = "input";

    /// <summary>Begins the output of a run, empty, in the place of that of the run before; finds it when it was begun already.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="input">The version of the file that the run reads.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    public async Task<BatchOutputEnd> BeginAsync(BatchName batch, string input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var there = await FindAsync(batch, cancellationToken);
            if (there is { } found && found.Input == input)
                return found;
            try
            {
                var options = new AppendBlobCreateOptions
                {
                    HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-ndjson" },
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [InputMetadata] = Uri.EscapeDataString(input) },
                    Conditions = there is { } old
                        ? new AppendBlobRequestConditions { IfMatch = new ETag(old.Version) }
                        : new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
                };
                var created = (await Client(batch).CreateAsync(options, cancellationToken)).Value;
                return new BatchOutputEnd(input, created.ETag.ToString(), 0, 0);
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                // Begun by another, or by this very request: looked at again
            }
        }
    }

    /// <summary>Where an output stands; null when there is none.</summary>
    public async Task<BatchOutputEnd?> FindAsync(BatchName batch, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await Client(batch).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            var input = there.Metadata.TryGetValue(InputMetadata, out var text) ? Uri.UnescapeDataString(text) : null;
            return new BatchOutputEnd(input, there.ETag.ToString(), there.ContentLength, there.BlobCommittedBlockCount);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Appends rows, all or none.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="version">The version that they are to be appended to.</param>
    /// <param name="rows">The rows, each with its line's end.</param>
    /// <param name="cancellationToken">Ends the step.</param>
    public async Task<BatchAppend> AppendAsync(BatchName batch, string version, Stream rows, CancellationToken cancellationToken)
    {
        try
        {
            var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfMatch = new ETag(version) } };
            var appended = (await Client(batch).AppendBlockAsync(rows, options, cancellationToken)).Value;
            return new BatchAppend(appended.ETag.ToString(), appended.BlobCommittedBlockCount);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return new BatchAppend(null, 0);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlockCountExceedsLimit)
        {
            return new BatchAppend(null, 0, IsFull: true);
        }
    }

    /// <summary>How many rows an output has from an offset on.</summary>
    public async Task<int> CountAsync(BatchName batch, BatchOutputEnd end, long offset, CancellationToken cancellationToken)
    {
        if (end.Length <= offset)
            return 0;
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(offset, end.Length - offset),
            Conditions = new BlobRequestConditions { IfMatch = new ETag(end.Version) },
        };
        using var download = (await Client(batch).DownloadStreamingAsync(options, cancellationToken)).Value;
        var buffer = new byte[64 * 1024];
        var rows = 0;
        for (int read; (read = await download.Content.ReadAsync(buffer, cancellationToken)) > 0;)
            rows += buffer.AsSpan(0, read).Count((byte)'\n');
        return rows;
    }

    private AppendBlobClient Client(BatchName batch) => blobs.GetBlobContainerClient(batch.Output.Container).GetAppendBlobClient(batch.Output.Path);
}

/// <summary>Where an output stands.</summary>
/// <param name="Input">The version of the file whose rows it holds; null for a blob that is none of ours.</param>
/// <param name="Version">Its version.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="Appends">How many appends it has had.</param>
public sealed record BatchOutputEnd(string? Input, string Version, long Length, int Appends);

/// <summary>What came of an append.</summary>
/// <param name="Version">The output's new version; null when nothing was appended, since it is another by now or takes no more.</param>
/// <param name="Appends">How many appends it has had.</param>
/// <param name="IsFull">Whether it takes no more.</param>
public readonly record struct BatchAppend(string? Version, int Appends, bool IsFull = false);
