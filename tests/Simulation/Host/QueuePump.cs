using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.Storage.Queues;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Host;

/// <summary>What the platform does with one queue in one process: takes messages, runs the function, deletes, gives back, or gives up.</summary>
internal sealed class QueuePump(
    SimProcess process,
    SimStorage storage,
    string name,
    Func<QueueMessage, CancellationToken, Task> function,
    SimHostOptions options,
    Action<string> crash,
    CancellationToken stopping)
{
    private static readonly TimeSpan AfterStorageFault = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = new SimTime(process);
    private readonly SimQueue _queue = storage.Queue(name);
    private readonly QueueClient _client = new SimQueueServiceClient(storage, process).GetQueueClient(name);
    private TaskCompletionSource _room = new();
    private int _running;

    public async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            if (_running > options.BatchSize)
            {
                _room = new TaskCompletionSource();
                await _room.Task;
                continue;
            }

            await WaitForMessageAsync();
            if (stopping.IsCancellationRequested)
                return;
            try
            {
                foreach (var message in (await _client.ReceiveMessagesAsync(options.BatchSize, options.MessageVisibility, CancellationToken.None)).Value)
                    _ = HandleAsync(message);
            }
            catch (Exception exception) when (IsStorage(exception))
            {
                await Task.Delay(AfterStorageFault, _time, CancellationToken.None);
            }
        }
    }

    // Instead of polling an empty queue: the poll that would have found the message, a little late as polls are
    private Task WaitForMessageAsync()
    {
        var polled = new TaskCompletionSource();
        _queue.WhenVisible(() => storage.World.After(storage.World.Random.Skewed(TimeSpan.Zero, options.PollingInterval), () => polled.TrySetResult()));
        return polled.Task;
    }

    private async Task HandleAsync(QueueMessage message)
    {
        _running++;
        var delivery = new Delivery(message);
        WatchTimeout(delivery);
        _ = RenewAsync(delivery);
        try
        {
            await function(message, stopping);
            delivery.Succeeded = true;
        }
        catch (Exception exception)
        {
            if (!IsFair(exception))
                process.World.Fail($"{process.Name} {name}: {exception}");
            process.World.Tell($"{process.Name} {name}: function failed on {message.MessageId[..8]} ({message.DequeueCount}): {exception.GetType().Name} {exception.Message}");
        }

        delivery.Ended = true;
        try
        {
            await CompleteAsync(delivery);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            // It comes back when its visibility ends
        }

        _running--;
        _room.TrySetResult();
    }

    private async Task CompleteAsync(Delivery delivery)
    {
        var message = delivery.Message;
        if (delivery.Succeeded)
        {
            await _client.DeleteMessageAsync(message.MessageId, delivery.PopReceipt, CancellationToken.None);
        }
        else if (message.DequeueCount >= options.MaxDequeueCount && !name.EndsWith("-poison", StringComparison.Ordinal))
        {
            await storage.Network.CallAsync(process, $"{name}: gives up on {message.MessageId[..8]}", () => storage.Queue($"{name}-poison").Send(message.Body.ToString(), null), CancellationToken.None);
            await _client.DeleteMessageAsync(message.MessageId, delivery.PopReceipt, CancellationToken.None);
        }
        else
        {
            await _client.UpdateMessageAsync(message.MessageId, delivery.PopReceipt, visibilityTimeout: options.AfterFailure, cancellationToken: CancellationToken.None);
        }
    }

    private async Task RenewAsync(Delivery delivery)
    {
        while (true)
        {
            await Task.Delay(options.MessageVisibility / 2, _time, CancellationToken.None);
            if (delivery.Ended)
                return;
            try
            {
                delivery.PopReceipt = (await _client.UpdateMessageAsync(
                    delivery.Message.MessageId, delivery.PopReceipt, visibilityTimeout: options.MessageVisibility, cancellationToken: CancellationToken.None)).Value.PopReceipt;
            }
            catch (Exception exception) when (IsStorage(exception))
            {
                // Tried again at the next half; lost for good when somebody else has it
            }
        }
    }

    private void WatchTimeout(Delivery delivery) => process.World.After(options.FunctionTimeout, () =>
    {
        if (!delivery.Ended && process.Alive)
            crash("a function ran longer than functionTimeout");
    });

    // Exceptions are for lost infrastructure and lost races; anything else is a bug, here or in the pipeline
    private static bool IsFair(Exception exception) =>
        IsStorage(exception) || exception is IOException or TimeoutException or OperationCanceledException || exception.GetType() == typeof(InvalidOperationException);

    private static bool IsStorage(Exception exception) => exception is RequestFailedException or AggregateException;

    private sealed class Delivery(QueueMessage message)
    {
        public QueueMessage Message => message;

        public string PopReceipt { get; set; } = message.PopReceipt;

        public bool Succeeded { get; set; }

        public bool Ended { get; set; }
    }
}
