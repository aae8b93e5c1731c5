using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs.Models;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A prompt with a file of the account attached.</summary>
public sealed class AttachedFileSample : IDemoSample
{
    private const string Path = "demo/sales.csv";

    /// <inheritdoc/>
    public string Title => "queue: JSON with a file attached";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await UploadOnceAsync(context, cancellationToken);
        var id = $"demo-{context.Stamp}-file";
        var prompt = new JsonObject
        {
            ["v"] = 1,
            ["id"] = id,
            ["prompt"] = "Which quarter sold best, and why could that be?",
            ["files"] = new JsonArray($"payloads/{Path}"),
            ["metadata"] = new JsonObject { ["sample"] = "attached-file" },
        };
        await context.QueueAsync(prompt.ToJsonString(), cancellationToken);
        return await JobResult.OutcomeAsync(context, id, new Dictionary<string, long>(), progress, cancellationToken);
    }

    private static async Task UploadOnceAsync(DemoContext context, CancellationToken cancellationToken)
    {
        // Never over an older copy: a job that named it would see a changed file and fail.
        var unlessThere = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" },
        };
        try
        {
            await context.Blobs.GetBlobContainerClient("payloads").GetBlobClient(Path)
                .UploadAsync(DemoFile.Read("sales.csv"), unlessThere, cancellationToken);
        }
        catch (RequestFailedException there) when (there.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // As intended.
        }
    }
}
