using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SparrowFunctions.LocalHost.Host.Settings;

namespace SparrowFunctions.LocalHost.Host.Queues;

/// <summary>
/// Takes messages by the platform's rules: up to batchSize at once, and again as soon as no more than newBatchThreshold of them
/// still run, so that at most the sum of both runs at once.
/// </summary>
internal sealed partial class QueueListener(
    QueueClient queue, QueueMessageRun run, QueueSettings settings, PollingDelay delay, TimeProvider time, ILogger logger) : IFunctionListener
{
    /// <inheritdoc/>
    public async Task ListenAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.RemoveAll(t => t.IsCompleted);
                if (running.Count > settings.NewBatchThreshold)
                {
                    await Task.WhenAny(running).WaitAsync(stopping);
                    continue;
                }

                var messages = await TakeAsync(stopping);
                if (messages.Length == 0)
                {
                    await Task.Delay(delay.Next(), time, stopping);
                    continue;
                }

                delay.Reset();
                running.AddRange(messages.Select(run.RunAsync));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task<QueueMessage[]> TakeAsync(CancellationToken stopping)
    {
        try
        {
            stopping.ThrowIfCancellationRequested();
            return await queue.ReceiveMessagesAsync(settings.BatchSize, settings.MessageVisibility, stopping);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // the app makes its queues; until then there is nothing to take
            return [];
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever storage suffers from, the listener looks again
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotTaken(logger, queue.Name, e);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(240, LogLevel.Error, "Messages of queue {Queue} could not be taken; looking again later")]
        public static partial void NotTaken(ILogger logger, string queue, Exception error);
    }
}
