using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>Lists a container again and again, page by page, and starts a run for each content that has no receipt yet.</summary>
internal sealed partial class BlobListener(
    BlobContainerClient container, BlobPathPattern pattern, BlobReceipts receipts, BlobRun run, int parallelism, TimeSpan interval,
    TimeProvider time, ILogger logger) : IFunctionListener
{
    private static readonly TimeSpan LookLater = TimeSpan.FromSeconds(5);
    private readonly HandledBlobs _handled = new();
    private bool _loaded;

    /// <inheritdoc/>
    public async Task ListenAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var waited = await ScanAsync(running, stopping);

                // a large container is listed less often: at most a fifth of the time; waiting for functions to end is no listing
                var wait = (time.GetElapsedTime(started) - waited) * 4;
                await Task.Delay(wait > interval ? wait : interval, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    // how long it waited for running functions
    private async Task<TimeSpan> ScanAsync(List<Task> running, CancellationToken stopping)
    {
        var waited = TimeSpan.Zero;
        try
        {
            await LoadAsync(stopping);
            await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, pattern.Prefix, stopping))
            {
                if (pattern.Match(blob.Name) is { } tokens && blob.Properties.ETag is { } etag)
                {
                    var version = new BlobVersion(container.Name, blob.Name, BlobVersion.Quoted(etag), blob.Properties.BlobType ?? BlobType.Block);
                    if (_handled.TryBegin(version.Key, time.GetUtcNow()))
                    {
                        running.Add(RunAsync(version, tokens));
                    }
                }

                while (running.Count >= parallelism)
                {
                    var full = time.GetTimestamp();
                    await Task.WhenAny(running).WaitAsync(stopping);
                    waited += time.GetElapsedTime(full);
                    running.RemoveAll(t => t.IsCompleted);
                }
            }

            running.RemoveAll(t => t.IsCompleted);
            _handled.EndScan();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // the app makes its containers; until then there is nothing to list
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever storage suffers from, the listener looks again
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotListed(logger, container.Name, e);
        }

        return waited;
    }

    private async Task LoadAsync(CancellationToken stopping)
    {
        if (_loaded)
        {
            return;
        }

        await foreach (var key in receipts.ListHandledAsync(stopping))
        {
            _handled.Add(key);
        }

        _loaded = true;
    }

    private async Task RunAsync(BlobVersion version, IReadOnlyDictionary<string, string?> tokens)
    {
        var outcome = await run.RunAsync(version, tokens);
        _handled.Done(version.Key, outcome == BlobRunOutcome.Handled, outcome == BlobRunOutcome.LookLater ? time.GetUtcNow() + LookLater : null);
    }

    private static partial class Log
    {
        [LoggerMessage(260, LogLevel.Error, "Container {Container} could not be listed; looking again later")]
        public static partial void NotListed(ILogger logger, string container, Exception error);
    }
}
