using System.Text.Json;
using Azure.Storage.Queues;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Callbacks;

/// <summary>Queue <c>callbacks</c>.</summary>
public sealed class CallbackQueue(QueueServiceClient queues)
{
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = queues.GetQueueClient(StorageNames.CallbacksQueue);

    /// <summary>Has an event told after a delay.</summary>
    public Task SendAsync(CallbackMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(Write(message), TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)), NoExpiry, cancellationToken);

    /// <summary>A message as it is sent.</summary>
    public static string Write(CallbackMessage message) => JsonSerializer.Serialize(message, CallbackJson.Default.CallbackMessage);

    /// <summary>Reads a message of this queue; null when it is none of ours.</summary>
    public static CallbackMessage? Read(string text)
    {
        try
        {
            // Both name a blob
            return JsonSerializer.Deserialize(text, CallbackJson.Default.CallbackMessage) is { } message && JobId.TryParse(message.JobId, out _) && WebhookId.IsOne(message.Id)
                ? message
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
