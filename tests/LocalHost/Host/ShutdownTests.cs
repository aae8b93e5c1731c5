using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SparrowFunctions.LocalHost.Host;
using SparrowFunctions.LocalHost.Host.Execution;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.LocalHost.Host.Http;
using SparrowFunctions.Tests.LocalHost.Host.Queues;

namespace SparrowFunctions.Tests.LocalHost.Host;

public sealed class ShutdownTests(AzuriteFixture azurite) : IAsyncLifetime
{
    // Longer than any wait of a test: what ends before has not waited for it
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

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
        await using var host = await StartAsync(drainWindow: Long);
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
        await using var host = await StartAsync(drainWindow: Long);

        await Eventually.EndsAsync("the host has stopped", host.StopAsync());
    }

    [Fact]
    public async Task The_host_ends_whatever_runs_when_its_time_is_up_and_the_message_stays_hidden()
    {
        _script.Does = (_, _) => new TaskCompletionSource().Task;
        await using var host = await StartAsync(classes: [typeof(OnMessage), typeof(Requests)]);
        await _queue.SendMessageAsync("endless", Cancel);
        using var client = new HttpClient { BaseAddress = host.Http.BaseAddress, Timeout = Eventually.Limit };
        var call = client.GetAsync("/api/Slow", Cancel);
        await _script.SeesRunsAsync(2);

        var began = TimeProvider.System.GetTimestamp();
        await Eventually.EndsAsync("the host has stopped", host.StopAsync());

        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(9));
        host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.ShouldBeLessThan(TimeSpan.FromSeconds(12), "the platform's patience");
        (await _queue.PeekMessagesAsync(32, Cancel)).Value.ShouldBeEmpty();
        (await _queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(1);
        await Should.ThrowAsync<HttpRequestException>(call);
    }

    [Fact]
    public async Task A_function_cancelled_near_the_end_has_not_failed()
    {
        _script.Does = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        await using var host = await StartAsync(drainWindow: TimeSpan.FromSeconds(1), cancelGrace: Long);
        await _queue.SendMessageAsync("cancelled", Cancel);
        await _script.SeesRunsAsync(1);

        await host.StopAsync();

        host.Services.GetRequiredService<RunningFunctions>().Total.ShouldBe(0);
        (await _queue.PeekMessagesAsync(32, Cancel)).Value.ShouldBeEmpty("it stays hidden until its visibility lapses");
        (await _queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(1);
    }

    private Task<HostedFunctions> StartAsync(TimeSpan? drainWindow = null, TimeSpan? cancelGrace = null, params Type[] classes) => HostedFunctions.StartAsync(
        _script,
        classes is [] ? [typeof(OnMessage)] : classes,
        _account,
        new() { ["InQueue"] = _queue.Name },
        configure: options =>
        {
            var defaults = new FunctionsHostOptions();
            options.DrainWindow = drainWindow ?? defaults.DrainWindow;
            options.CancelGrace = cancelGrace ?? defaults.CancelGrace;
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
