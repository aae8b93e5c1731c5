using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SparrowEmulator;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning.Outbound;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>The driver's part of the pipeline: it moves the product's clock and delivers what falls due, as queue and platform would.</summary>
public sealed partial class Pipeline
{
    private static readonly TimeSpan RealStep = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly Traffic _traffic;

    /// <summary>Messages on queue <c>work</c>, by the product's clock.</summary>
    public WorkLine Work { get; }

    /// <summary>The most bytes that this app ever had taken in and not yet passed on.</summary>
    public long MostHeld => _traffic.MostHeld;

    /// <summary>The line from this process to storage.</summary>
    public StorageTap Storage { get; }

    /// <summary>What this process has logged.</summary>
    public LogTap Logs => Get<LogTap>();

    /// <summary>Another process of the same app: the same account, emulator and clock.</summary>
    public Task<Pipeline> AnotherAsync(params (string Setting, string Value)[] settings) =>
        StartAsync(Account, Emulator, Time, Work, _traffic, network: null, settings, ownsEmulator: false);

    /// <summary>Delivers the job's own messages, each when it is due, until the job has ended.</summary>
    /// <param name="id">The job.</param>
    /// <param name="deliveries">Most deliveries that may be needed.</param>
    public async Task<Job> RunUntilEndedAsync(string id, int deliveries = 40)
    {
        for (var n = 0; n < deliveries; n++)
        {
            if (await JobAsync(id) is { } job && job.State.IsTerminal())
                return job;
            await DeliverNextAsync(message => message.JobId == id);
        }

        throw new TimeoutException($"Job {id} has not ended after {deliveries} deliveries: {(await JobAsync(id))?.State}, {(await JobAsync(id))?.Reason}");
    }

    /// <summary>Delivers whatever falls due within a time, in order.</summary>
    public async Task RunForAsync(TimeSpan time, Func<WorkMessage, bool>? which = null)
    {
        which ??= static _ => true;
        var end = Time.GetUtcNow() + time;
        while (Work.TakeNext(which, end) is { } sent)
            await DeliverAsync(sent);
        await PassUntilAsync(end);
    }

    /// <summary>Delivers the next message of those meant; fails when none is on the way: then nothing would ever go on.</summary>
    public async Task<SentWork> DeliverNextAsync(Func<WorkMessage, bool> which)
    {
        var sent = Work.TakeNext(which).ShouldNotBeNull("Nothing is on its way that would go on with it.");
        await DeliverAsync(sent);
        return sent;
    }

    /// <summary>Delivers a message when it is due.</summary>
    public async Task DeliverAsync(SentWork sent)
    {
        await PassUntilAsync(sent.DueAt);
        await PumpAsync(Deliveries.OnWorkAsync(sent.Delivery, Cancel));
    }

    /// <summary>
    /// Lets the product's clock run while something goes on that waits for it: fast while nothing else is waited for, no faster than the machine's
    /// while somebody has yet to answer, and not at all while storage works.
    /// </summary>
    public async Task PumpAsync(Task task)
    {
        for (var last = TimeProvider.System.GetTimestamp(); await Task.WhenAny(task, Task.Delay(RealStep, TimeProvider.System, Cancel)) != task;)
        {
            var (now, real) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetElapsedTime(last));
            last = now;
            if (!_traffic.IsStorageBusy)
                Time.Advance(_traffic.IsHttpBusy && real < Step ? real : Step);
        }

        await task;
    }

    /// <summary>Lets a time pass by the product's clock, when storage has done what it is asked for now.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await _traffic.SettleAsync(Cancel);
        Time.Advance(time);
    }

    private async Task PassUntilAsync(DateTimeOffset end)
    {
        await _traffic.SettleAsync(Cancel);
        if (end - Time.GetUtcNow() is var left && left > TimeSpan.Zero)
            Time.Advance(left);
    }

    private static async Task<Pipeline> StartAsync(
        StorageAccount account, EmulatorApp emulator, FakeTimeProvider time, WorkLine work, Traffic traffic, INetwork? network, (string Setting, string Value)[] settings, bool ownsEmulator)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = account.ConnectionString,
                ["Sparrow:BaseUrl"] = emulator.BaseUrl.ToString(),
                ["Sparrow:FreeBaseUrl"] = emulator.BaseUrl.ToString(),
                ["Sparrow:ApiKey"] = "test-key",
            })
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Setting.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .Build();
        var storage = new StorageTap();
        var logs = new LogTap();
        var services = new ServiceCollection()
            .AddSingleton(logs)
            .AddLogging(logging => logging.AddProvider(logs))
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(network ?? new SystemNetwork())
            .AddSparrowCore(configuration)
            .ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(() => traffic.NewHandler(client.Name)))
            .AddSingleton(new TableServiceClient(account.ConnectionString, Tapped(new TableClientOptions(), storage, traffic.NewPolicy())))
            .AddSingleton(new BlobServiceClient(account.ConnectionString, Tapped(new BlobClientOptions(), storage, traffic.NewPolicy())))
            .AddSingleton(new QueueServiceClient(account.ConnectionString, Tapped(new QueueClientOptions(), storage, work, traffic.NewPolicy())))
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
            await service.StartAsync(Cancel);
        return new Pipeline(account, emulator, time, work, traffic, storage, services, ownsEmulator);
    }

    private static T Tapped<T>(T options, params HttpPipelinePolicy[] policies)
        where T : ClientOptions
    {
        foreach (var policy in policies)
            options.AddPolicy(policy, HttpPipelinePosition.PerCall);
        return options;
    }
}
