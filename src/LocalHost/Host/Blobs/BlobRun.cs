using Azure;
using Azure.Storage.Blobs;
using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Execution;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>What became of one look at a blob.</summary>
internal enum BlobRunOutcome
{
    /// <summary>Nothing is left to do, now or later.</summary>
    Handled,

    /// <summary>The function failed and has tries left.</summary>
    TryAgain,

    /// <summary>Another host has it, or storage is in trouble: look again somewhat later.</summary>
    LookLater,
}

/// <summary>Runs a function for one content of one blob: once among all hosts, at most so many tries, then the poison queue.</summary>
internal sealed partial class BlobRun(
    FunctionDescriptor function, BlobContainerClient container, BlobReceipts receipts, PoisonBlobs poison, int maxTries,
    FunctionExecutor executor, HostShutdown shutdown, ILogger logger)
{
    /// <summary>Sees the blob through as far as it goes now. Never throws.</summary>
    public async Task<BlobRunOutcome> RunAsync(BlobVersion version, IReadOnlyDictionary<string, string?> tokens)
    {
        try
        {
            await using var receipt = await receipts.TryHoldAsync(version, shutdown.Stopping);
            return receipt is null ? BlobRunOutcome.LookLater : await SeeThroughAsync(version, tokens, receipt);
        }
        catch (OperationCanceledException) when (shutdown.Stopping.IsCancellationRequested)
        {
            return BlobRunOutcome.LookLater;
        }
#pragma warning disable CA1031 // one blob must not stop the container
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotSettled(logger, version.Container, version.Name, e);
            return BlobRunOutcome.LookLater;
        }
    }

    private async Task<BlobRunOutcome> SeeThroughAsync(BlobVersion version, IReadOnlyDictionary<string, string?> tokens, BlobReceipt receipt)
    {
        if (receipt.IsHandled)
        {
            return BlobRunOutcome.Handled;
        }

        if (receipt.Tries >= maxTries)
        {
            return await GiveUpAsync(version, receipt);
        }

        var blob = container.GetBlobClient(version.Name);
        if (!await IsCurrentAsync(blob, version.ETag))
        {
            await receipt.MarkHandledAsync("outdated");
            return BlobRunOutcome.Handled;
        }

        await receipt.CountTryAsync();
        var reason = $"New blob detected: {version.Container}/{version.Name}";
        var result = await executor.RunAsync(function, new TriggerData(blob, tokens), reason, finish: null, CancellationToken.None);
        if (shutdown.Ended.IsCancellationRequested || (!result.Succeeded && shutdown.Cancelling.IsCancellationRequested))
        {
            return BlobRunOutcome.LookLater;
        }

        if (result.Succeeded)
        {
            await receipt.MarkHandledAsync("succeeded");
            return BlobRunOutcome.Handled;
        }

        return receipt.Tries >= maxTries ? await GiveUpAsync(version, receipt) : BlobRunOutcome.TryAgain;
    }

    private async Task<BlobRunOutcome> GiveUpAsync(BlobVersion version, BlobReceipt receipt)
    {
        Log.Poisoned(logger, version.Container, version.Name, receipt.Tries, PoisonBlobMessage.QueueName);
        await poison.AddAsync(function.Id, version, CancellationToken.None);
        await receipt.MarkHandledAsync("poisoned");
        return BlobRunOutcome.Handled;
    }

    private static async Task<bool> IsCurrentAsync(BlobClient blob, ETag etag)
    {
        try
        {
            return BlobVersion.Quoted((await blob.GetPropertiesAsync(cancellationToken: CancellationToken.None)).Value.ETag) == etag;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(250, LogLevel.Warning, "Blob {Container}/{Name} failed {Tries} times; {Queue} is told")]
        public static partial void Poisoned(ILogger logger, string container, string name, int tries, string queue);

        [LoggerMessage(251, LogLevel.Error, "Blob {Container}/{Name} could not be seen through; looking again later")]
        public static partial void NotSettled(ILogger logger, string container, string name, Exception error);
    }
}
