using Azure;
using Azure.Storage.Blobs.Models;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A file dropped into a folder whose <c>_prompt.md</c> says what is asked; the outcome lies beside its path.</summary>
public sealed class DroppedFileSample : IDemoSample
{
    private const string Prompts = """
        ---
        metadata:
          sample: dropped-file
        ---
        Which quarter sold worst? One sentence.
        """;

    /// <inheritdoc/>
    public string Title => "drop: a file in a folder with a prompt";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var folder = $"demo-{context.Stamp}";
        var path = $"{folder}/sales.csv";
        var drop = context.Blobs.GetBlobContainerClient("drop");

        // The prompt first: a file is asked about by what stands above it when it is taken
        await drop.GetBlobClient($"{folder}/_prompt.md").UploadAsync(BinaryData.FromString(Prompts), overwrite: true, cancellationToken);
        await drop.GetBlobClient(path).UploadAsync(
            DemoFile.Read("sales.csv"), new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" } }, cancellationToken);

        var result = await JobResult.WaitForAsync(context, $"drop/{path}.json", progress, cancellationToken);
        if (result.State != "succeeded") return DemoOutcome.Failed($"drop/{path} ended as {result.State}: {result.Kind}: {result.Reason}");
        return await ReadAsync(context, $"drop/{path}.md", cancellationToken) is { Length: > 0 } page
            ? new DemoOutcome(null, page, [$"results/drop/{path}.md", $"results/drop/{path}.json"]) { Notes = [$"dropped as drop/{path}, asked as drop/{folder}/_prompt.md says"] }
            : DemoOutcome.Failed($"results/drop/{path}.md is missing.");
    }

    private static async Task<string?> ReadAsync(DemoContext context, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await context.Blobs.GetBlobContainerClient("results").GetBlobClient(path).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }
}
