using SparrowFunctions.Jobs;
using SparrowFunctions.LocalHost.Host.Blobs;
using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Execution;
using SparrowFunctions.LocalHost.Host.Queues;
using SparrowFunctions.LocalHost.Host.Settings;
using SparrowFunctions.LocalHost.Host.Storage;
using SparrowFunctions.LocalHost.Host.Timers;

namespace SparrowFunctions.LocalHost.Host;

/// <summary>Makes the listener that a function's trigger asks for.</summary>
internal sealed partial class FunctionListenerFactory(
    FunctionCatalog catalog, HostSettings settings, StorageConnections storage, FunctionExecutor executor, HostShutdown shutdown,
    IRandomSource random, TimeProvider time, ILoggerFactory loggers)
{
    private const string HostsContainer = "azure-webjobs-hosts";

    /// <summary>The listener, or null for a function that is not started by listening.</summary>
    public IFunctionListener? Create(FunctionDescriptor function) => function.Trigger switch
    {
        QueueTriggerDefinition queue => Queue(function, queue),
        BlobTriggerDefinition { Polled: true } blob => Blob(function, blob),
        BlobTriggerDefinition blob => NotPolled(function, blob),
        TimerTriggerDefinition timer => Timer(function, timer),
        _ => null,
    };

    private QueueListener Queue(FunctionDescriptor function, QueueTriggerDefinition trigger)
    {
        var logger = loggers.CreateLogger("Host.Triggers.Queue");
        var service = storage.Queues(trigger.Connection);
        var queue = service.GetQueueClient(trigger.QueueName);
        var poison = PoisonQueue.Of(trigger.QueueName, service);
        var run = new QueueMessageRun(function, queue, poison, settings.Queues, executor, shutdown, time, logger);
        var delay = new PollingDelay(settings.Queues.MaxPollingInterval, random);
        return new QueueListener(queue, run, settings.Queues, delay, time, logger);
    }

    private BlobListener Blob(FunctionDescriptor function, BlobTriggerDefinition trigger)
    {
        var logger = loggers.CreateLogger("Host.Triggers.Blob");
        var container = storage.Blobs(trigger.Connection).GetBlobContainerClient(trigger.Path.Container);
        var hosts = storage.Blobs(null).GetBlobContainerClient(HostsContainer);
        var receipts = new BlobReceipts(hosts, catalog.HostId, function.Id, shutdown, time, logger);
        var poison = new PoisonBlobs(storage.Queues(trigger.Connection));
        var run = new BlobRun(function, container, receipts, poison, settings.PoisonBlobThreshold, executor, shutdown, logger);
        return new BlobListener(
            container, trigger.Path, receipts, run, settings.BlobParallelism, settings.Queues.MaxPollingInterval, time, logger);
    }

    private TimerListener Timer(FunctionDescriptor function, TimerTriggerDefinition trigger)
    {
        var logger = loggers.CreateLogger("Host.Triggers.Timer");
        var store = new TimerStore(storage.Blobs(null).GetBlobContainerClient(HostsContainer), catalog.HostId, function.Id, shutdown, time, logger);
        return new TimerListener(function, trigger, store, executor, shutdown, time, logger);
    }

    private IFunctionListener? NotPolled(FunctionDescriptor function, BlobTriggerDefinition trigger)
    {
        Log.NotPolled(loggers.CreateLogger("Host.Triggers.Blob"), function.DisplayName, trigger.Path.Container);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(280, LogLevel.Information, "'{Function}' waits for events of container {Container}, which is not polled")]
        public static partial void NotPolled(ILogger logger, string function, string container);
    }
}
