using Azure.Storage.Blobs;
using SparrowFunctions.LocalHost.Attributes;

namespace SparrowFunctions.Tests.LocalHost.Host.Blobs;

internal sealed class OnFile(Script script)
{
    [Function("OnFile")]
    public async Task RunAsync([BlobTrigger("drop/{name}")] BlobClient blob, string name, CancellationToken cancellationToken)
    {
        var content = await blob.DownloadContentAsync(cancellationToken);
        await script.PlayAsync(new Seen("OnFile", content.Value.Content.ToString(), name), cancellationToken);
    }
}

internal sealed class OnStream(Script script)
{
    [Function("OnStream")]
    public async Task RunAsync([BlobTrigger("streams/{name}.txt")] Stream content, string name, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content);
        await script.PlayAsync(new Seen("OnStream", await reader.ReadToEndAsync(cancellationToken), name), cancellationToken);
    }
}

internal sealed class OnEvent(Script script)
{
    [Function("OnEvent")]
    public Task RunAsync([BlobTrigger("drop/{name}", Source = BlobTriggerSource.EventGrid)] BlobClient blob, string name, CancellationToken cancellationToken) =>
        script.PlayAsync(new Seen("OnEvent", blob.Name, name), cancellationToken);
}
