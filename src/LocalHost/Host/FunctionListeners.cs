using SparrowFunctions.LocalHost.Host.Definition;

namespace SparrowFunctions.LocalHost.Host;

/// <summary>
/// Starts all listeners when the app has started, and at its end stops taking at once, lets running functions go on for the drain
/// window and then ends whatever runs.
/// </summary>
internal sealed partial class FunctionListeners(
    FunctionCatalog catalog, FunctionListenerFactory factory, HostShutdown shutdown, IHostApplicationLifetime lifetime,
    ILogger<FunctionListeners> logger) : IHostedService
{
    private Task _listening = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // the app makes its queues and containers while it starts
        lifetime.ApplicationStarted.Register(Listen);

        // not in StopAsync, whose turn comes after that of the web server, which waits for its requests
        lifetime.ApplicationStopping.Register(shutdown.Begin);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        shutdown.Begin();
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(shutdown.Ended, cancellationToken);
            await _listening.WaitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            Log.LeftRunning(logger);
        }

        shutdown.End();
    }

    private void Listen()
    {
        foreach (var function in catalog.Functions)
        {
            Log.Found(logger, function.DisplayName, Kind(function), function.Disabled ? ", disabled" : "");
        }

        _listening = Task.WhenAll(catalog.Enabled.Select(factory.Create).OfType<IFunctionListener>().Select(KeepListeningAsync));
    }

    private async Task KeepListeningAsync(IFunctionListener listener)
    {
        try
        {
            await Task.Run(() => listener.ListenAsync(shutdown.Stopping));
        }
#pragma warning disable CA1031 // a bug of one listener must not pass in silence, nor stop the others
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.ListenerDied(logger, e);
            lifetime.StopApplication();
        }
    }

    private static string Kind(FunctionDescriptor function) => function.Trigger switch
    {
        QueueTriggerDefinition queue => "queue " + queue.QueueName,
        BlobTriggerDefinition blob => "container " + blob.Path.Container,
        TimerTriggerDefinition => "timer",
        HttpTriggerDefinition http => "http " + http.Route,
        _ => "",
    };

    private static partial class Log
    {
        [LoggerMessage(290, LogLevel.Information, "Found '{Function}': {Kind}{State}")]
        public static partial void Found(ILogger logger, string function, string kind, string state);

        [LoggerMessage(291, LogLevel.Warning, "Functions still run at the end of the drain window; they end with the process")]
        public static partial void LeftRunning(ILogger logger);

        [LoggerMessage(292, LogLevel.Critical, "A listener died of a bug; the host stops")]
        public static partial void ListenerDied(ILogger logger, Exception error);
    }
}
