using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Files.Headers;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;

namespace SparrowFunctions.Files.Uploads;

/// <summary>
/// Files in: streams a job's blobs to Sparrow, one after the other into one conversation, so that one account holds them all. What Sparrow has
/// already from an earlier attempt of the job, and still knows, is not sent again.
/// </summary>
public sealed partial class FileUploads(
    BlobServiceClient blobs, SparrowClient sparrow, AttachmentTable attachments, IOptions<SparrowOptions> options, TimeProvider time, ILogger<FileUploads> logger)
{
    /// <summary>So many files ChatGPT itself takes with one message. How many Sparrow does is in no source, so more are sent, with a warning.</summary>
    public const int SurelyTaken = 10;

    /// <summary>Uploads all files of a job, in order, or stops at the first that fails.</summary>
    /// <param name="job">The job, its present attempt the last.</param>
    /// <param name="mode">The lane of the chat to follow.</param>
    /// <param name="conversationId">The conversation they are for, where it goes on; null for a new one.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public async Task<SparrowOutcome<UploadedFiles>> UploadAsync(Job job, SparrowMode mode, string? conversationId, CancellationToken cancellationToken)
    {
        var files = job.Accepted.Files;
        if (files.Select(Problem).FirstOrDefault(problem => problem is not null) is { } refused)
            return Rejected(refused);

        var known = files.Count == 0 ? [] : await attachments.FindAsync(job.Accepted, job.Id, cancellationToken);
        var uploads = UploadRule.Usable(job, known, mode, conversationId, time.GetUtcNow()).ToList();
        if (uploads.Count > 0)
            Log.UsedAgain(logger, job.Id, uploads.Count, files.Count);
        foreach (var file in files.Skip(uploads.Count))
        {
            var into = uploads is [.., var last] ? last.ConversationId : conversationId;
            var outcome = await UploadAsync(file, into, mode, cancellationToken);
            if (!outcome.Succeeded)
                return outcome.Error;

            var uploaded = outcome.Value;
            var until = time.GetUtcNow() + options.Value.SessionHold;
            var upload = new Upload(file.Path.ToString(), file.ETag, mode, into, uploaded.ConversationId, uploaded.Attachment, uploaded.Part, job.Tried, until);
            await attachments.PutAsync(job.Id, uploads.Count, upload, cancellationToken);
            uploads.Add(upload);
        }

        return UploadedFiles.Of(uploads, conversationId);
    }

    // Looked at when the prompt was taken in, too; but not every way in needs to have done so
    private static string? Problem(BlobVersion file) => file.Size switch
    {
        0 => $"Blob {file.Path} is empty. Write its content and send the prompt again with a new id.",
        > FilesOptions.MaxFileBytes => $"Blob {file.Path} has {file.Size} bytes; Sparrow takes at most {FilesOptions.MaxFileBytes}. Make it smaller or split it.",
        _ => null,
    };

    private static SparrowError Rejected(string reason) => new(FailureKind.Rejected, SparrowFault.NotSent, null, reason);

    private async Task<SparrowOutcome<UploadedFile>> UploadAsync(BlobVersion file, string? conversationId, SparrowMode mode, CancellationToken cancellationToken)
    {
        try
        {
            var blob = blobs.GetBlobContainerClient(file.Path.Container).GetBlobClient(file.Path.Path);
            var conditions = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(file.ETag) } };
            using var download = (await blob.DownloadStreamingAsync(conditions, cancellationToken)).Value;
            await using var content = await PeekedStream.PeekAsync(download.Content, FileHeader.Reach, cancellationToken);
            var name = Path.GetFileName(file.Path.Path);
            var header = FileHeader.Read(content.Beginning);
            var type = FileType.Of(name, file.ContentType, header);
            var upload = new SparrowUpload
            {
                Content = content,
                Length = file.Size,
                FileName = name,
                ContentType = type.ContentType,
                Type = type.IsImage ? UploadType.Multimodal : UploadType.MyFiles,
                ConversationId = conversationId,
                Mode = mode,
            };
            var outcome = await sparrow.UploadAsync(upload, cancellationToken);
            return outcome.Succeeded && outcome.Value.Part is { } part && header.Image is { } size
                ? outcome.Value with { Part = ImagePart.Complete(part, name, type.ContentType, size) }
                : outcome;
        }
        catch (RequestFailedException exception) when (BlobVersion.IsFinal(exception))
        {
            return Rejected(file.Refused(exception));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 230, Level = LogLevel.Information, Message = "Job {JobId}: {Known} of {Count} file(s) are with Sparrow from an earlier attempt and are used again")]
        public static partial void UsedAgain(ILogger logger, JobId jobId, int known, int count);
    }
}
