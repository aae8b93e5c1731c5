using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake.Dropped;

/// <summary>Container <c>drop</c>: looks up files, and the prompts that stand above them.</summary>
public sealed class DropFolder(BlobServiceClient blobs)
{
    private const string FolderMark = "hdi_isfolder";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly BlobContainerClient _drop = blobs.GetBlobContainerClient(StorageNames.DropContainer);

    /// <summary>The present version of a file; null when there is none.</summary>
    public async Task<DroppedFile?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await _drop.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return new DroppedFile(
                name, DroppedFile.Quoted(found.ETag.ToString()), found.LastModified, found.ContentLength, found.ContentType, found.Metadata.ContainsKey(FolderMark));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The present version of a file whose name may be none that a client can address; null when there is none.</summary>
    public async Task<DroppedFile?> FindListedAsync(string name, CancellationToken cancellationToken)
    {
        // In order of names the one that was asked for stands first
        await foreach (var first in ListAsync(name, cancellationToken))
            return first.Name == name ? first : null;
        return null;
    }

    /// <summary>Everything below a folder, in order of names: one operation for each 5,000.</summary>
    public async IAsyncEnumerable<DroppedFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _drop.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, folder, cancellationToken))
        {
            var found = blob.Properties;
            yield return new DroppedFile(
                blob.Name,
                DroppedFile.Quoted(found.ETag?.ToString() ?? ""),
                found.LastModified ?? default,
                found.ContentLength ?? 0,
                found.ContentType,
                blob.Metadata?.ContainsKey(FolderMark) == true);
        }
    }

    /// <summary>What the nearest prompt up the folders says: one operation for each folder it is looked for in.</summary>
    /// <param name="folder">The folder that the file lies in.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>Its path and what was read there; the path is null when there is none.</returns>
    public async Task<(string? Path, DropInstructions? Instructions, Rejection? Rejection)> InstructionsAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var path in DropPath.PromptFiles(folder))
        {
            if (await ReadAsync(path, cancellationToken) is { } read)
                return read.Text is null ? (path, null, read.Rejection) : (path, PromptFile.Read(read.Text, out var rejection), rejection);
        }

        return (null, DropInstructions.None, null);
    }

    private async Task<(string? Text, Rejection? Rejection)?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var content = (await _drop.GetBlobClient(path).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            if (content.Details.ContentLength > PromptBlobs.MaxTextBytes)
                return (null, new Rejection("", $"The file has {content.Details.ContentLength} bytes; at most {PromptBlobs.MaxTextBytes} are taken.", "Shorten it."));
            using var reader = new StreamReader(content.Content, StrictUtf8);
            return (await reader.ReadToEndAsync(cancellationToken), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, new Rejection("", "The file is not UTF-8 text.", "Store it as UTF-8."));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }
}
