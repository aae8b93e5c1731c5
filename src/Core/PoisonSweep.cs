using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions;

/// <summary>
/// Empties the poison queues, into which the platform moves what failed at every delivery. One look at all of them in turn is cheaper than a
/// function for each. A message is deleted only when what it asks for is safe; until then it is hidden, so several hosts may sweep at once, and
/// one that is seen twice all the same changes nothing the second time.
/// </summary>
public sealed partial class PoisonSweep(
    Deliveries deliveries, CallbackDelivery callbacks, Drops drops, QueueServiceClient queues, Invocations invocations, TimeProvider time, ILogger<PoisonSweep> logger)
{
    /// <summary>How long a failed message stays hidden: it is there again for the sweep of the next minute.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    // The most that one request takes
    private const int BatchSize = 32;

    // Twice the longest run: whatever a run has in hand is done with or given up before another may take it
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    private readonly (QueueClient Queue, Func<QueueMessage, CancellationToken, Task> Handle)[] _poison =
    [
        (queues.GetQueueClient(StorageNames.PromptsPoisonQueue), (message, token) => deliveries.OnPoisonAsync(message, StorageNames.PromptsQueue, token)),
        (queues.GetQueueClient(StorageNames.WorkPoisonQueue), (message, token) => deliveries.OnPoisonAsync(message, StorageNames.WorkQueue, token)),
        (queues.GetQueueClient(StorageNames.CallbacksPoisonQueue), callbacks.OnPoisonAsync),
        (queues.GetQueueClient(StorageNames.DropEventsPoisonQueue), (message, token) => drops.OnPoisonAsync(message, StorageNames.DropEventsQueue, token)),
        (queues.GetQueueClient(StorageNames.BlobTriggerPoisonQueue), (message, token) => drops.OnPoisonAsync(message, StorageNames.BlobTriggerPoisonQueue, token)),
    ];

    /// <summary>Sweeps once: until all queues are empty, or a quarter of the function's time is over.</summary>
    /// <param name="cancellationToken">Ends the sweep; what it has in hand comes again by itself.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var share = invocations.Limit / 4;
        var end = time.GetUtcNow() + (share < LongestRun ? share : LongestRun);
        foreach (var (queue, handle) in _poison)
            await EmptyAsync(queue, handle, end, cancellationToken);
    }

    private async Task EmptyAsync(QueueClient queue, Func<QueueMessage, CancellationToken, Task> handle, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var failed = new HashSet<string>(StringComparer.Ordinal);
        var isNew = true;
        while (isNew && time.GetUtcNow() < end && await TakeAsync(queue, cancellationToken) is { Length: > 0 } messages)
        {
            isNew = false;
            foreach (var message in messages.TakeWhile(_ => time.GetUtcNow() < end))
            {
                // One try a sweep: what fails now would fail a moment later
                if (failed.Contains(message.MessageId))
                {
                    await PutBackAsync(queue, message);
                    continue;
                }

                isNew = true;
                if (!await HandleAsync(queue, message, handle, cancellationToken))
                    failed.Add(message.MessageId);
            }
        }
    }

    private async Task<QueueMessage[]> TakeAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.ReceiveMessagesAsync(BatchSize, Hidden, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // Nothing has ever failed there
            return [];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotTaken(logger, exception, queue.Name);
            return [];
        }
    }

    private async Task<bool> HandleAsync(QueueClient queue, QueueMessage message, Func<QueueMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        try
        {
            await handle(message, cancellationToken);
            await DeleteAsync(queue, message);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Left(logger, exception, queue.Name, message.MessageId);
            await PutBackAsync(queue, message);
            return false;
        }
    }

    private static async Task DeleteAsync(QueueClient queue, QueueMessage message)
    {
        try
        {
            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
        }
        catch (RequestFailedException exception) when (IsSomebodyElses(exception))
        {
            // Another sweep has done the same
        }
    }

    private async Task PutBackAsync(QueueClient queue, QueueMessage message)
    {
        try
        {
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: AfterFailure, cancellationToken: CancellationToken.None);
        }
        catch (RequestFailedException exception) when (IsSomebodyElses(exception))
        {
            // Another sweep sees to it
        }
        catch (Exception exception)
        {
            Log.NotPutBack(logger, exception, queue.Name, message.MessageId, Hidden);
        }
    }

    // Deleted already, or taken by another after its time
    private static bool IsSomebodyElses(RequestFailedException exception) => exception.Status == 404 || exception.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    private static partial class Log
    {
        [LoggerMessage(EventId = 223, Level = LogLevel.Warning, Message = "Poison queue {Queue} can't be looked at; the next minute's sweep tries again")]
        public static partial void NotTaken(ILogger logger, Exception exception, string queue);

        [LoggerMessage(EventId = 224, Level = LogLevel.Warning, Message = "Message {MessageId} of poison queue {Queue} stays there for the next minute's sweep: what it asks for could not be done")]
        public static partial void Left(ILogger logger, Exception exception, string queue, string messageId);

        [LoggerMessage(EventId = 225, Level = LogLevel.Warning, Message = "Message {MessageId} of poison queue {Queue} can't be put back; it comes again after {Hidden}")]
        public static partial void NotPutBack(ILogger logger, Exception exception, string queue, string messageId, TimeSpan hidden);
    }
}
