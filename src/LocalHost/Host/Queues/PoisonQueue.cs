using Azure.Storage.Queues;

namespace SparrowFunctions.LocalHost.Host.Queues;

/// <summary>Where messages go that failed too often.</summary>
internal sealed class PoisonQueue(QueueClient queue)
{
    private const string Suffix = "-poison";

    /// <summary>How long a poison message is kept (certain: seen with the real host).</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromDays(7);

    /// <summary>
    /// The poison queue of a queue. Null for a queue that is one itself: its messages are tried for ever, as on the platform.
    /// </summary>
    public static PoisonQueue? Of(string queueName, QueueServiceClient service) =>
        queueName.EndsWith(Suffix, StringComparison.Ordinal) ? null : new PoisonQueue(service.GetQueueClient(queueName + Suffix));

    /// <summary>The queue's name.</summary>
    public string Name => queue.Name;

    /// <summary>Sends the same text as a new message; creates the queue if it is missing.</summary>
    public async Task AddAsync(BinaryData body, CancellationToken cancellationToken)
    {
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await queue.SendMessageAsync(body, visibilityTimeout: null, timeToLive: TimeToLive, cancellationToken);
    }
}
