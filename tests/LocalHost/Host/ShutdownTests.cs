using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.LocalHost.Host;
using SparrowFunctions.LocalHost.Host.Execution;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.LocalHost.Host.Http;
using SparrowFunctions.Tests.LocalHost.Host.Queues;

namespace SparrowFunctions.Tests.LocalHost.Host;

public sealed class ShutdownTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly Script _script = new();
    private StorageAccount _account = null!;
    private QueueClient _queue = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await azurite.NewAccountAsync();
        _queue = _account.Queues.GetQueueClient("inbox");
        await _queue.CreateAsync(cancellationToken: Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_runs_may_finish_and_nothing_new_is_taken()
    {
        var end = new TaskCompletionSource();
        _script.Does = (_, _) => end.Task;
        await using var host = await StartAsync();
        await _queue.SendMessageAsync("running", Cancel);
        await _script.SeesRunsAsync(1);

        var stopped = host.StopAsync();
        await _queue.SendMessageAsync("late", Cancel);
        await StillRunsForASecondAsync(host);
        end.SetResult();
        await stopped;

        _script.Runs.Select(r => r.Text).ShouldBe(["running"]);
        var left = (await _queue.PeekMessagesAsync(32, Cancel)).Value.ShouldHaveSingleItem();
        left.MessageText.ShouldBe("late");
        left.DequeueCount.ShouldBe(0);
        (await _queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_host_without_work_stops_at_once()
    {
        await using var host = await StartAsync(usual: true);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(5), Cancel);
    }

    [Fact]
    public async Task The_host_ends_within_twelve_seconds_whatever_runs_and_the_message_stays_hidden()
    {
        _script.Does = (_, _) => new TaskCompletionSource().Task;
        await using var host = await StartAsync(usual: true, typeof(OnMessage), typeof(Requests));
        await _queue.SendMessageAsync("endless", Cancel);
        using var client = new HttpClient { BaseAddress = host.Http.BaseAddress };
        var call = client.GetAsync("/api/Slow", Cancel);
        await _script.SeesRunsAsync(2);

        var began = TimeProvider.System.GetTimestamp();
        await host.StopAsync();

        TimeProvider.System.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(12));
        (await _queue.PeekMessagesAsync(32, Cancel)).Value.ShouldBeEmpty();
        (await _queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(1);
        await Should.ThrowAsync<HttpRequestException>(call);
    }

    [Fact]
    public async Task A_function_cancelled_near_the_end_has_not_failed()
    {
        _script.Does = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        await using var host = await StartAsync();
        await _queue.SendMessageAsync("cancelled", Cancel);
        await _script.SeesRunsAsync(1);

        await host.StopAsync();

        host.Services.GetRequiredService<RunningFunctions>().Total.ShouldBe(0);
        (await _queue.PeekMessagesAsync(32, Cancel)).Value.ShouldBeEmpty("it stays hidden until its visibility lapses");
        (await _queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(1);
    }

    private Task<HostedFunctions> StartAsync(bool usual = false, params Type[] classes) => HostedFunctions.StartAsync(
        _script,
        classes is [] ? [typeof(OnMessage)] : classes,
        _account,
        new() { ["InQueue"] = _queue.Name },
        configure: options =>
        {
            var defaults = new FunctionsHostOptions();
            options.DrainWindow = usual ? defaults.DrainWindow : TimeSpan.FromSeconds(3);
        },
        services: s => s.AddScoped<PerRun>());

    private static Task StillRunsForASecondAsync(HostedFunctions host)
    {
        var began = TimeProvider.System.GetTimestamp();
        return Eventually.TrueAsync("a second has passed", () =>
        {
            host.Services.GetRequiredService<RunningFunctions>().Total.ShouldBe(1);
            return TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1);
        });
    }
}
