using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace SparrowFunctions.LocalHost.Host.Storage;

/// <summary>
/// A lease on a blob, kept by renewing it until it is released. When the process dies it lapses by itself after <see cref="Duration"/>.
/// </summary>
internal sealed partial class HeldLease : IAsyncDisposable
{
    /// <summary>How long the lease lasts without renewal.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly BlobLeaseClient _lease;
    private readonly CancellationTokenSource _done;
    private readonly CancellationToken _ended;
    private readonly ILogger _logger;
    private readonly Task _keeping;

    private HeldLease(BlobLeaseClient lease, TimeProvider time, ILogger logger, CancellationToken ended)
    {
        (_lease, _logger, _ended) = (lease, logger, ended);
        _done = CancellationTokenSource.CreateLinkedTokenSource(ended);
        _keeping = KeepAsync(time);
    }

    /// <summary>The condition under which only the holder may write the blob.</summary>
    public BlobRequestConditions Condition => new() { LeaseId = _lease.LeaseId };

    /// <summary>Takes the lease of a blob that exists; null when somebody else holds it.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="time">The clock of the renewal.</param>
    /// <param name="logger">Where a lost lease is told.</param>
    /// <param name="ended">When cancelled, the lease is left to lapse.</param>
    /// <param name="cancellationToken">Stops taking it.</param>
    public static async Task<HeldLease?> TryTakeAsync(
        BlobClient blob, TimeProvider time, ILogger logger, CancellationToken ended, CancellationToken cancellationToken)
    {
        var lease = blob.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(Duration, cancellationToken: cancellationToken);
            return new HeldLease(lease, time, logger, ended);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return null;
        }
    }

    /// <summary>Releases the lease, or leaves it to lapse when the host has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _keeping;
        _done.Dispose();
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await _lease.ReleaseAsync(cancellationToken: CancellationToken.None);
        }
        catch (RequestFailedException e)
        {
            Log.NotReleased(_logger, _lease.Uri, e.ErrorCode);
        }
    }

    private async Task KeepAsync(TimeProvider time)
    {
        while (true)
        {
            try
            {
                await Task.Delay(Duration / 3, time, _done.Token);
                await _lease.RenewAsync(cancellationToken: _done.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RequestFailedException e)
            {
                Log.NotRenewed(_logger, _lease.Uri, e.ErrorCode);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(210, LogLevel.Warning, "The lease of {Blob} could not be renewed ({Code}); another host may take it")]
        public static partial void NotRenewed(ILogger logger, Uri blob, string? code);

        [LoggerMessage(211, LogLevel.Debug, "The lease of {Blob} could not be released ({Code}); it lapses by itself")]
        public static partial void NotReleased(ILogger logger, Uri blob, string? code);
    }
}
