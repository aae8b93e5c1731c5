using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Execution;
using SparrowFunctions.LocalHost.Host.Settings;

namespace SparrowFunctions.LocalHost.Host.Queues;

/// <summary>What happens to one taken message: run and deleted, shown again after a failure, or moved to the poison queue.</summary>
internal sealed partial class QueueMessageRun(
    FunctionDescriptor function, QueueClient queue, PoisonQueue? poison, QueueSettings settings,
    FunctionExecutor executor, HostShutdown shutdown, TimeProvider time, ILogger logger)
{
    /// <summary>Sees the message through. Never throws: a message that storage can't be told about comes back by itself.</summary>
    public async Task RunAsync(QueueMessage message)
    {
        try
        {
            await SeeThroughAsync(message);
        }
        catch (RequestFailedException e) when (MessageHold.IsLost(e))
        {
            Log.Lost(logger, message.MessageId, queue.Name, e.ErrorCode);
        }
#pragma warning disable CA1031 // one message must not stop the queue
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotSettled(logger, message.MessageId, queue.Name, e);
        }
    }

    private async Task SeeThroughAsync(QueueMessage message)
    {
        if (poison is not null && message.DequeueCount > settings.MaxDequeueCount)
        {
            await MoveToPoisonAsync(poison, message, message.PopReceipt, "it was taken too often");
            return;
        }

        if (Decode(message) is not { } readable)
        {
            await HandleFailureAsync(message, message.PopReceipt, "its text is not base64, which host.json's messageEncoding asks for", final: true);
            return;
        }

        var hold = new MessageHold(queue, message, settings.MessageVisibility, time, logger);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(shutdown.Ended);
        var keeping = hold.KeepAsync(done.Token);
        var reason = $"New queue message detected on '{queue.Name}'.";
        var result = await executor.RunAsync(function, new TriggerData(readable), reason, finish: null, CancellationToken.None);
        await done.CancelAsync();
        await keeping;

        if (shutdown.Ended.IsCancellationRequested || (!result.Succeeded && shutdown.Cancelling.IsCancellationRequested))
        {
            // a process that ends tells nobody: the message stays hidden until its visibility lapses
            return;
        }

        if (result.Succeeded)
        {
            await queue.DeleteMessageAsync(message.MessageId, hold.PopReceipt, CancellationToken.None);
            return;
        }

        await HandleFailureAsync(message, hold.PopReceipt, $"its function failed {message.DequeueCount} times", final: message.DequeueCount >= settings.MaxDequeueCount);
    }

    private async Task HandleFailureAsync(QueueMessage message, string popReceipt, string why, bool final)
    {
        if (poison is not null && final)
        {
            await MoveToPoisonAsync(poison, message, popReceipt, why);
            return;
        }

        await queue.UpdateMessageAsync(message.MessageId, popReceipt, visibilityTimeout: settings.VisibilityTimeout, cancellationToken: CancellationToken.None);
    }

    private async Task MoveToPoisonAsync(PoisonQueue target, QueueMessage message, string popReceipt, string why)
    {
        Log.Poisoned(logger, message.MessageId, queue.Name, target.Name, why);
        await target.AddAsync(message.Body, CancellationToken.None);
        await queue.DeleteMessageAsync(message.MessageId, popReceipt, CancellationToken.None);
    }

    private QueueMessage? Decode(QueueMessage message)
    {
        if (settings.MessageEncoding is MessageEncoding.None)
        {
            return message;
        }

        var text = message.Body.ToMemory().Span;
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(Encoding.UTF8.GetString(text), bytes, out var written))
        {
            return null;
        }

        return QueuesModelFactory.QueueMessage(
            message.MessageId, message.PopReceipt, new BinaryData(bytes.AsMemory(0, written)), message.DequeueCount,
            message.NextVisibleOn, message.InsertedOn, message.ExpiresOn);
    }

    private static partial class Log
    {
        [LoggerMessage(230, LogLevel.Warning, "Message {MessageId} of queue {Queue} moves to {Poison}: {Why}")]
        public static partial void Poisoned(ILogger logger, string messageId, string queue, string poison, string why);

        [LoggerMessage(231, LogLevel.Warning, "Message {MessageId} of queue {Queue} was no longer ours at its end ({Code}); it may run again")]
        public static partial void Lost(ILogger logger, string messageId, string queue, string? code);

        [LoggerMessage(232, LogLevel.Error, "Storage could not be told about message {MessageId} of queue {Queue}; it comes back when its visibility lapses")]
        public static partial void NotSettled(ILogger logger, string messageId, string queue, Exception error);
    }
}
