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
        second.ScheduleStatus!.Last.ShouldBeInRange(At(5), At(7));
        second.ScheduleStatus.Next.ShouldBe(At(10));
        second.ScheduleStatus.Next.Kind.ShouldBe(DateTimeKind.Utc);
    }

    [Fact]
    public async Task A_timer_does_not_run_before_its_time()
    {
        await using var host = await StartAsync(await azurite.NewAccountAsync(), "0 0 13 * * *");

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

    private Task<HostedFunctions> StartAsync(StorageAccount account, string schedule, params Type[] classes) => HostedFunctions.StartAsync(
        _script,
        classes is [] ? [typeof(Ticks)] : classes,
        account,
        new() { ["Schedule"] = schedule },
        services: s => s.AddSingleton<TimeProvider>(_clock));

    /// <summary>Moves the clock, and then by a second at a time until the listener, which may still be setting its alarm, has run.</summary>
    private async Task PassAsync(TimeSpan time, int runs)
    {
        _clock.Advance(time - TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync($"the timer has run {runs} times", () =>
        {
            if (_script.Runs.Count < runs && _clock.GetUtcNow() < Noon.AddHours(3)) _clock.Advance(TimeSpan.FromSeconds(1));
            return _script.Runs.Count >= runs;
        });
    }

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
