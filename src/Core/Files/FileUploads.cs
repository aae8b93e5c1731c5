using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;

namespace SparrowFunctions.Files;

/// <summary>Files in: streams a job's blobs to Sparrow, chained in one upload conversation so that one account holds them all.</summary>
public sealed class FileUploads(BlobServiceClient blobs, SparrowClient sparrow)
{
    /// <summary>Uploads all files, in order, or stops at the first that fails.</summary>
    /// <param name="files">The blobs.</param>
    /// <param name="mode">The lane of the chat to follow.</param>
    /// <param name="conversationId">The conversation they are for, where it goes on; null for a new one.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public async Task<SparrowOutcome<UploadedFiles>> UploadAsync(
        IReadOnlyList<BlobVersion> files, SparrowMode mode, string? conversationId, CancellationToken cancellationToken)
    {
        var uploaded = UploadedFiles.None with { ConversationId = conversationId };
        foreach (var file in files)
        {
            var outcome = await UploadAsync(file, uploaded.ConversationId, mode, cancellationToken);
            if (!outcome.Succeeded)
                return outcome.Error;

            uploaded = new UploadedFiles(
                outcome.Value.ConversationId,
                outcome.Value.Attachment is { } attachment ? [.. uploaded.Attachments, attachment] : uploaded.Attachments,
                outcome.Value.Part is { } part ? [.. uploaded.Parts, part] : uploaded.Parts);
        }

        return uploaded;
    }

    private async Task<SparrowOutcome<UploadedFile>> UploadAsync(BlobVersion file, string? conversationId, SparrowMode mode, CancellationToken cancellationToken)
    {
        try
        {
            var blob = blobs.GetBlobContainerClient(file.Path.Container).GetBlobClient(file.Path.Path);
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(file.ETag) } };
            using var download = (await blob.DownloadStreamingAsync(options, cancellationToken)).Value;
            var name = Path.GetFileName(file.Path.Path);
            var upload = new SparrowUpload
            {
                Content = download.Content,
                Length = file.Size,
                FileName = name,
                ContentType = MediaType.Of(name, file.ContentType),
                ConversationId = conversationId,
                Mode = mode,
            };
            return await sparrow.UploadAsync(upload, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            return new SparrowError(FailureKind.Rejected, SparrowFault.NotSent, null, file.Gone(exception.Status == 404));
        }
    }
}
