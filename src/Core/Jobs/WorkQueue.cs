using System.Text.Json;
using Azure.Storage.Queues;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Jobs;

/// <summary>Queue <c>work</c>: asks for a job to be looked at, now or later.</summary>
public sealed class WorkQueue(QueueServiceClient queues)
{
    /// <summary>Longest delay that the queue can hold; a longer one is chained: the job is put off again when the message arrives.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);

    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = queues.GetQueueClient(StorageNames.WorkQueue);

    /// <summary>Asks for a job to be looked at after a delay.</summary>
    public Task SendAsync(JobId id, string reason, TimeSpan delay, CancellationToken cancellationToken) =>
        SendAsync(new WorkMessage(reason, JobId: id.ToString()), delay, cancellationToken);

    /// <summary>Sends a watch on its next round.</summary>
    public Task SendWatchAsync(Watch watch, TimeSpan delay, CancellationToken cancellationToken) =>
        SendAsync(new WorkMessage("watch", Watch: watch), delay, cancellationToken);

    /// <summary>Since when the message at the head of the line waits; null when none does.</summary>
    public async Task<DateTimeOffset?> WaitsSinceAsync(CancellationToken cancellationToken) =>
        (await _queue.PeekMessageAsync(cancellationToken)).Value?.InsertedOn;

    /// <summary>Asks for a batch to be brought on after a delay.</summary>
    public Task SendBatchAsync(BatchTick tick, TimeSpan delay, CancellationToken cancellationToken) =>
        SendAsync(new WorkMessage("batch", Batch: tick), delay, cancellationToken);

    private async Task SendAsync(WorkMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(message, JobJson.Default.WorkMessage);

        // Rounded up to whole seconds, which is what the queue takes: a message must not arrive before its job is due
        var seconds = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(delay.TotalSeconds, 0)));
        await _queue.SendMessageAsync(text, seconds < LongestDelay ? seconds : LongestDelay, NoExpiry, cancellationToken);
    }

    /// <summary>Reads a message of this queue; null when it is none of ours.</summary>
    public static WorkMessage? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, JobJson.Default.WorkMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
