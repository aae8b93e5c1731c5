using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Host.Timers;

/// <summary>Timers on a clock that the test moves; their state is on a real Azurite.</summary>
public sealed class TimerTriggerTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly Script _script = new();
    private readonly FakeTimeProvider _clock = new(Noon);
    private BlobContainerClient _hosts = null!;

    [Fact]
    public async Task A_timer_runs_at_each_of_its_times_and_is_told_of_its_schedule()
    {
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "0 */5 * * * *");

        await PassAsync(TimeSpan.FromMinutes(5), runs: 1);
        await PassAsync(TimeSpan.FromMinutes(5), runs: 2);

        var (first, second) = (Info(0), Info(1));
        first.IsPastDue.ShouldBeFalse();
        first.ScheduleStatus!.Last.ShouldBe(default);
        first.ScheduleStatus.Next.ShouldBe(At(5));
        second.ScheduleStatus!.Last.ShouldBe(At(5));
        second.ScheduleStatus.Next.ShouldBe(At(10));
        second.ScheduleStatus.Next.Kind.ShouldBe(DateTimeKind.Utc);
    }

    [Fact]
    public async Task A_timer_does_not_run_before_its_time()
    {
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "0 0 13 * * *");

        await ExpectsAsync(Noon.AddHours(1));
        _clock.Advance(TimeSpan.FromMinutes(59));
        await NothingRunsAsync(0);
        await PassAsync(TimeSpan.FromMinutes(1), runs: 1);
    }

    [Fact]
    public async Task An_interval_under_a_minute_has_no_schedule_status()
    {
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "*/30 * * * * *");

        await PassAsync(TimeSpan.FromSeconds(30), runs: 1);

        Info(0).ScheduleStatus.ShouldBeNull();
    }

    [Fact]
    public async Task A_timer_may_run_at_the_start_too()
    {
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "0 0 * * * *", typeof(StartTicks));

        await _script.SeesRunsAsync(1);
        await PassAsync(TimeSpan.FromHours(1), runs: 2);
    }

    [Fact]
    public async Task A_time_missed_while_no_host_was_there_is_made_up_for_once()
    {
        var account = await azurite.NewAccountAsync();
        await using (var first = await StartAsync(account, "0 */5 * * * *"))
        {
            await PassAsync(TimeSpan.FromMinutes(5), runs: 1);
            await ExpectsAsync(Noon.AddMinutes(10));
            await first.StopAsync();
        }

        _clock.Advance(TimeSpan.FromHours(1));
        await using var second = await StartAsync(account, "0 */5 * * * *");
        await _script.SeesRunsAsync(2);

        Info(1).IsPastDue.ShouldBeTrue();
        await NothingRunsAsync(2);
    }

    [Fact]
    public async Task Two_hosts_run_each_time_once()
    {
        var account = await azurite.NewAccountAsync();
        await using var one = await StartAsync(account, "0 */5 * * * *");
        await using var two = await StartAsync(account, "0 */5 * * * *");

        await PassAsync(TimeSpan.FromMinutes(5), runs: 1);
        await NothingRunsAsync(1);
        await PassAsync(TimeSpan.FromMinutes(5), runs: 2);
        await NothingRunsAsync(2);
    }

    [Fact]
    public async Task A_host_whose_clock_lags_does_not_run_a_time_that_another_has_run()
    {
        var account = await azurite.NewAccountAsync();
        var lagging = new FakeTimeProvider(Noon);
        await using var one = await StartAsync(account, "0 */5 * * * *");
        await ExpectsAsync(Noon.AddMinutes(5));
        await using var two = await StartAsync(account, "0 */5 * * * *", lagging);
        await NothingRunsAsync(0);
        await PassAsync(TimeSpan.FromMinutes(5), runs: 1);
        await ExpectsAsync(Noon.AddMinutes(10));
        await Eventually.TrueAsync("the first host has let the timer go", async () =>
        {
            await foreach (var blob in _hosts.GetBlobsAsync(default, default, "timers/", TestContext.Current.CancellationToken))
            {
                return blob.Properties.LeaseState == LeaseState.Available;
            }

            return false;
        });

        lagging.Advance(TimeSpan.FromMinutes(5));
        await NothingRunsAsync(1);
    }

    [Fact]
    public async Task A_time_that_passes_during_a_run_is_left_out()
    {
        var end = new TaskCompletionSource();
        _script.Does = (_, _) => end.Task;
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "0 */5 * * * *");
        await PassAsync(TimeSpan.FromMinutes(5), runs: 1);

        _clock.Advance(TimeSpan.FromMinutes(12));
        await NothingRunsAsync(1);
        end.SetResult();
        await NothingRunsAsync(1);
        await ExpectsAsync(Noon.AddMinutes(20));
        await PassAsync(TimeSpan.FromMinutes(3), runs: 2);
    }

    [Fact]
    public async Task A_failed_run_does_not_end_the_schedule()
    {
        _script.Does = (_, _) => throw new InvalidOperationException("on purpose");
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "0 */5 * * * *");

        await PassAsync(TimeSpan.FromMinutes(5), runs: 1);
        await PassAsync(TimeSpan.FromMinutes(5), runs: 2);
    }

    private static DateTime At(int minute) => Noon.UtcDateTime.AddMinutes(minute);

    private TimerInfo Info(int run) => (TimerInfo)_script.Runs.ElementAt(run).Extra!;

    private Task<HostedFunctions> StartAsync(StorageAccount account, string schedule, params Type[] classes) =>
        StartAsync(account, schedule, _clock, classes);

    private async Task<HostedFunctions> StartAsync(StorageAccount account, string schedule, FakeTimeProvider clock, params Type[] classes)
    {
        _hosts = account.Blobs.GetBlobContainerClient("azure-webjobs-hosts");
        await _hosts.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        return await HostedFunctions.StartAsync(
            _script,
            classes is [] ? [typeof(Ticks)] : classes,
            account,
            new() { ["Schedule"] = schedule },
            services: s => s.AddSingleton<TimeProvider>(clock));
    }

    /// <summary>Moves the clock once the timer is known to expect this time, and waits for the run.</summary>
    private async Task PassAsync(TimeSpan time, int runs)
    {
        await ExpectsAsync(_clock.GetUtcNow() + time);
        _clock.Advance(time);
        await _script.SeesRunsAsync(runs);
    }

    private Task ExpectsAsync(DateTimeOffset next) => Eventually.TrueAsync($"the timer expects to run at {next:t}", async () =>
    {
        await foreach (var blob in _hosts.GetBlobsAsync(prefix: "timers/", traits: default, states: default, cancellationToken: TestContext.Current.CancellationToken))
        {
            var state = await _hosts.GetBlobClient(blob.Name).DownloadContentAsync(TestContext.Current.CancellationToken);
            using var json = System.Text.Json.JsonDocument.Parse(state.Value.Content);
            return json.RootElement.GetProperty("Next").GetDateTimeOffset() == next;
        }

        return false;
    });

    private async Task NothingRunsAsync(int soFar)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync("a second has passed", () =>
        {
            _script.Runs.Count.ShouldBe(soFar);
            return TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1);
        });
    }
}
