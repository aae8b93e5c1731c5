using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Web;

/// <summary>What lies in container <c>results</c>, streamed to whoever asks: files of jobs and summaries of batches.</summary>
public sealed class StoredFiles(Answering answering, BlobServiceClient blobs)
{
    private const int BufferSize = 1024 * 1024;

    // Types that a browser shows without running anything; all others are offered for saving
    private static readonly string[] Passive = ["text/plain", "text/csv", "text/markdown", "application/json", "application/pdf"];

    private readonly BlobContainerClient _results = blobs.GetBlobContainerClient(StorageNames.ResultsContainer);

    /// <summary><c>GET /api/jobs/{id}/files/{*name}</c>: a generated file. No file's name holds a slash, so <c>%2F</c> in it is that text.</summary>
    public Task<IResult> GetFileAsync(HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var file = RouteRest.Read(request.Path.Value, $"/jobs/{id}/files/");
        var path = JobId.TryParse(id, out _) ? $"{id}/files/{file}" : "";
        return answering.AnswerAsync(
            request, patience => GetAsync(request, path, $"Job {id} has no file of that name. Its document names its files.", patience, cancellationToken), cancellationToken);
    }

    /// <summary><c>GET /api/batches/{*name}</c>: the summary of a batch. Which one is said in the path or, for any name at all, as <c>?name=</c>.</summary>
    public Task<IResult> GetBatchAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = AskedName.Read(RouteRest.Read(request.Path.Value, "/batches/"), request.Query["name"], "name", hasFolders: true);
        return answering.AnswerAsync(
            request,
            async patience => asked switch
            {
                { Problem: { } problem } => Answers.Bad(problem),
                { Other: { } other } when await ExistsAsync(Summary(other), patience) => Answers.Bad(AskedName.Ambiguous("name")),
                _ => await GetAsync(
                    request, Summary(asked.Text), "There is no summary of a batch of that name. The name is the blob's without .jsonl; the summary is written when the batch has begun.", patience, cancellationToken),
            },
            cancellationToken);
    }

    private static string Summary(string? batch) => batch is null ? "" : $"batches/{batch}.summary.json";

    // Null for what can't be a blob's path
    private BlobClient? Find(string path) =>
        BlobPath.TryParse($"{StorageNames.ResultsContainer}/{path}", out var blob, out _) ? _results.GetBlobClient(blob.Path) : null;

    private async Task<bool> ExistsAsync(string path, CancellationToken patience) => Find(path) is { } blob && await blob.ExistsAsync(patience);

    private async Task<IResult> GetAsync(HttpRequest request, string path, string missing, CancellationToken patience, CancellationToken cancellationToken)
    {
        if (Find(path) is not { } blob)
            return Answers.Missing(missing);
        try
        {
            return await StreamAsync(request, blob, patience, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return Answers.Missing(missing);
        }
    }

    private static async Task<IResult> StreamAsync(HttpRequest request, BlobClient blob, CancellationToken patience, CancellationToken cancellationToken)
    {
        var properties = (await blob.GetPropertiesAsync(cancellationToken: patience)).Value;
        var options = new BlobOpenReadOptions(allowModifications: false) { BufferSize = BufferSize, Conditions = new BlobRequestConditions { IfMatch = properties.ETag } };
        var content = await blob.OpenReadAsync(options, cancellationToken);
        var type = properties.ContentType is { Length: > 0 } stored ? stored : "application/octet-stream";
        var headers = request.HttpContext.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var disposition = new ContentDispositionHeaderValue(IsPassive(type) ? "inline" : "attachment");
        disposition.SetHttpFileName(blob.Name[(blob.Name.LastIndexOf('/') + 1)..]);
        headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(
            content, type, fileDownloadName: null, properties.LastModified, new EntityTagHeaderValue(properties.ETag.ToString("H")), enableRangeProcessing: true);
    }

    private static bool IsPassive(string type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && ((media.Type.Equals("image", StringComparison.OrdinalIgnoreCase) && !media.SubType.StartsWith("svg", StringComparison.OrdinalIgnoreCase))
            || media.Type.Equals("audio", StringComparison.OrdinalIgnoreCase) || media.Type.Equals("video", StringComparison.OrdinalIgnoreCase)
            || Passive.Contains(media.MediaType.Value, StringComparer.OrdinalIgnoreCase));
}
