using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Simulation.Sparrow;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.Storage.Blobs;
using SparrowFunctions.Tests.Simulation.Storage.Queues;
using SparrowFunctions.Tests.Simulation.Storage.Tables;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Host;

/// <summary>
/// One instance of the app in a simulated world: the real container of AddSparrowCore with only the ends replaced (storage, Sparrow, time,
/// chance), and around it what the platform does.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A killed process disposes of nothing.")]
internal sealed class SimHost
{
    private readonly SimStorage _storage;
    private readonly SimHostOptions _options;
    private readonly Action<SimHost, string> _died;
    private readonly CancellationTokenSource _stopping = new();

    public SimHost(SimProcess process, SimStorage storage, SimSparrow sparrow, IConfiguration configuration, SimHostOptions options, Action<SimHost, string> died)
    {
        (Process, _storage, _options, _died) = (process, storage, options, died);
        Services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new SimLog(process)))
            .AddSingleton<TimeProvider>(new SimTime(process))
            .AddSingleton<IRandomSource>(new SimIds(process.World.Random))
            .AddSparrowCore(configuration)
            .AddSingleton<BlobServiceClient>(new SimBlobServiceClient(storage, process))
            .AddSingleton<QueueServiceClient>(new SimQueueServiceClient(storage, process))
            .AddSingleton<TableServiceClient>(new SimTableServiceClient(storage, process))
            .AddSingleton<SparrowClient>(services => new SimSparrowClient(
                sparrow,
                process,
                services.GetRequiredService<IOptions<SparrowOptions>>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<SparrowClient>>()))
            .BuildServiceProvider();
    }

    public SimProcess Process { get; }

    public IServiceProvider Services { get; }

    /// <summary>Starts it: hosted services first, then the queues.</summary>
    public void Start()
    {
        Process.World.Tell($"{Process.Name} starts");
        Process.Start(RunAsync);
    }

    /// <summary>Ends it on the spot.</summary>
    public void Kill(string why)
    {
        if (!Process.Alive)
            return;
        Process.World.Tell($"{Process.Name} is killed: {why}");
        Process.Kill();
        _died(this, why);
    }

    /// <summary>Ends it as the platform does on a deployment: no new messages, a little time for what runs, then the end.</summary>
    public void Stop()
    {
        Process.World.Tell($"{Process.Name} is told to stop");
        Process.Add(_ => _stopping.Cancel(), null, inContext: false);
        Process.World.After(_options.Shutdown, () => Kill("its time to stop is over"));
    }

    private async Task RunAsync()
    {
        try
        {
            foreach (var service in Services.GetServices<IHostedService>())
                await StartAsync(service);
        }
        catch (Exception exception)
        {
            Kill($"a hosted service did not start: {exception.GetType().Name} {exception.Message}");
            return;
        }

        var deliveries = Services.GetRequiredService<Deliveries>();
        Pump(StorageNames.PromptsQueue, deliveries.OnPromptAsync);
        Pump(StorageNames.WorkQueue, deliveries.OnWorkAsync);
        _ = new SweepTimer(Process, _storage, Services.GetRequiredService<PoisonSweep>(), _stopping.Token).RunAsync();
    }

    // BackgroundService would start its work on the thread pool
    private Task StartAsync(IHostedService service)
    {
        if (service is not BackgroundService)
            return service.StartAsync(_stopping.Token);
        var execute = typeof(BackgroundService).GetMethod("ExecuteAsync", BindingFlags.Instance | BindingFlags.NonPublic)!;
        _ = (Task)execute.Invoke(service, [_stopping.Token])!;
        return Task.CompletedTask;
    }

    private void Pump(string queue, Func<QueueMessage, CancellationToken, Task> function) =>
        _ = new QueuePump(Process, _storage, queue, function, _options, Kill, _stopping.Token).RunAsync();
}
