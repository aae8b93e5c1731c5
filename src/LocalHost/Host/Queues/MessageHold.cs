using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace SparrowFunctions.LocalHost.Host.Queues;

/// <summary>Keeps a taken message hidden by pushing its visibility forward at half of it.</summary>
internal sealed partial class MessageHold(QueueClient queue, QueueMessage message, TimeSpan visibility, TimeProvider time, ILogger logger)
{
    /// <summary>The receipt that the last renewal gave; the one to delete with.</summary>
    public string PopReceipt { get; private set; } = message.PopReceipt;

    /// <summary>Renews until told that the message is done with. Never throws.</summary>
    public async Task KeepAsync(CancellationToken done)
    {
        var wait = visibility / 2;
        while (true)
        {
            try
            {
                await Task.Delay(wait, time, done);

                // never cancelled underway: a renewal that took place unseen would make the receipt stale
                var renewed = await queue.UpdateMessageAsync(message.MessageId, PopReceipt, visibilityTimeout: visibility, cancellationToken: CancellationToken.None);
                PopReceipt = renewed.Value.PopReceipt;
                wait = visibility / 2;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RequestFailedException e) when (IsLost(e))
            {
                Log.Lost(logger, message.MessageId, queue.Name, e.ErrorCode);
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                Log.NotRenewed(logger, message.MessageId, queue.Name, e);
                wait = visibility / 10;
            }
        }
    }

    /// <summary>Whether storage says that the message is gone or was taken by somebody else.</summary>
    public static bool IsLost(RequestFailedException e) => e.Status == 404 || e.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    private static partial class Log
    {
        [LoggerMessage(220, LogLevel.Warning, "Message {MessageId} of queue {Queue} is no longer ours ({Code}); its function may run twice")]
        public static partial void Lost(ILogger logger, string messageId, string queue, string? code);

        [LoggerMessage(221, LogLevel.Warning, "Message {MessageId} of queue {Queue} could not be kept hidden; trying again")]
        public static partial void NotRenewed(ILogger logger, string messageId, string queue, Exception error);
    }
}
