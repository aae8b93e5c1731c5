using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.LocalHost.Host.Storage;

namespace SparrowFunctions.LocalHost.Host.Timers;

/// <summary>
/// A timer's state: the blob <c>timers/{hostId}/{functionId}/status</c> in <c>azure-webjobs-hosts</c>. Its lease is held while
/// the function runs, so that one host runs each occurrence.
/// </summary>
internal sealed class TimerStore(BlobContainerClient hosts, string hostId, string functionId, HostShutdown shutdown, TimeProvider time, ILogger logger)
{
    private readonly BlobClient _blob = hosts.GetBlobClient($"timers/{hostId}/{functionId}/status");

    /// <summary>Reads the state; on first use makes it, expecting the given run.</summary>
    public async Task<TimerState> OpenAsync(DateTimeOffset next, CancellationToken cancellationToken)
    {
        await hosts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var fresh = new TimerState(null, default, next.UtcDateTime, time.GetUtcNow().UtcDateTime);
        try
        {
            await WriteAsync(fresh, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return fresh;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return await ReadAsync(cancellationToken);
        }
    }

    /// <summary>The state as it is now.</summary>
    public async Task<TimerState> ReadAsync(CancellationToken cancellationToken)
    {
        var content = await _blob.DownloadContentAsync(cancellationToken);
        return JsonSerializer.Deserialize(content.Value.Content.ToMemory().Span, TimerJsonContext.Default.TimerState)
            ?? throw new JsonException($"{_blob.Name} is empty.");
    }

    /// <summary>Takes the right to run; null when another host has it.</summary>
    public Task<HeldLease?> TryTakeAsync(CancellationToken cancellationToken) =>
        HeldLease.TryTakeAsync(_blob, time, logger, shutdown.Ended, cancellationToken);

    /// <summary>Writes the state while holding the right to run.</summary>
    public Task WriteAsync(TimerState state, HeldLease lease) => WriteAsync(state, lease.Condition, CancellationToken.None);

    private async Task WriteAsync(TimerState state, BlobRequestConditions conditions, CancellationToken cancellationToken) =>
        await _blob.UploadAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(state, TimerJsonContext.Default.TimerState)),
            new BlobUploadOptions { Conditions = conditions },
            cancellationToken);
}
