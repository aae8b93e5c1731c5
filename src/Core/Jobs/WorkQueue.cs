using System.Text.Json;
using Azure.Storage.Queues;
using SparrowFunctions.Intake;
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
    public async Task SendAsync(JobId id, string reason, TimeSpan delay, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(new WorkMessage(id.ToString(), reason), JobJson.Default.WorkMessage);
        var visibleIn = delay < TimeSpan.Zero ? TimeSpan.Zero : delay < LongestDelay ? delay : LongestDelay;
        await _queue.SendMessageAsync(text, visibleIn, NoExpiry, cancellationToken);
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
