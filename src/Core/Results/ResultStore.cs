using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Results;

/// <summary>Container <c>results</c>, and the answers that are kept in <c>payloads</c> from the moment they arrive until the result is written.</summary>
public sealed class ResultStore(BlobServiceClient blobs)
{
    private const string ClaimMetadata = "claim";

    private readonly BlobContainerClient _results = blobs.GetBlobContainerClient(StorageNames.ResultsContainer);
    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Keeps a response as received, under the attempt that paid for it; a refused one stays there. The first thing done with an answer.</summary>
    public async Task<BlobContentInfo> KeepAnswerAsync(Job job, JsonElement response, CancellationToken cancellationToken) =>
        await AnswerBlob(job).UploadAsync(
            BinaryData.FromString(response.GetRawText()),
            Options("application/json", job.Claim),
            cancellationToken);

    /// <summary>The response that the job's present claim paid for; null when none has arrived.</summary>
    public async Task<string?> FindAnswerAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var answer = (await AnswerBlob(job).DownloadContentAsync(cancellationToken)).Value;
            return answer.Details.Metadata.TryGetValue(ClaimMetadata, out var claim) && claim == job.Claim ? answer.Content.ToString() : null;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Writes the outcome of an ended job: answer.md when there is an answer, then result.json, so that whoever finds the latter finds all.</summary>
    public async Task WriteAsync(JobDocument document, CancellationToken cancellationToken)
    {
        if (document.Answer is { Length: > 0 } answer)
            await ResultBlob(document.Id, "answer.md").UploadAsync(BinaryData.FromString(answer), Options("text/markdown; charset=utf-8"), cancellationToken);
        var json = JsonSerializer.SerializeToUtf8Bytes(document, JobDocumentJson.Readable.JobDocument);
        await ResultBlob(document.Id, "result.json").UploadAsync(new BinaryData(json), Options("application/json"), cancellationToken);
    }

    /// <summary>The document of an ended job; null when it has none yet.</summary>
    public async Task<JobDocument?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            var content = (await ResultBlob(jobId, "result.json").DownloadContentAsync(cancellationToken)).Value.Content;
            return JsonSerializer.Deserialize(content, JobDocumentJson.Readable.JobDocument);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private BlobClient AnswerBlob(Job job) => _payloads.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"answers/{job.Id}/{job.Attempts.Count}.json"));

    private BlobClient ResultBlob(string jobId, string name) => _results.GetBlobClient($"{jobId}/{name}");

    private static BlobUploadOptions Options(string contentType, string? claim = null)
    {
        var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } };
        if (claim is not null)
            options.Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [ClaimMetadata] = claim };
        return options;
    }
}
