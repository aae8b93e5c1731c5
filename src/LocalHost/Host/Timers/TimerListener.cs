using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Execution;

namespace SparrowFunctions.LocalHost.Host.Timers;

/// <summary>
/// Runs a function at the times of its schedule, one run at a time and each time on one host only. A time that passes while
/// the function runs is left out.
/// </summary>
internal sealed partial class TimerListener(
    FunctionDescriptor function, TimerTriggerDefinition trigger, TimerStore store, FunctionExecutor executor,
    HostShutdown shutdown, TimeProvider time, ILogger logger) : IFunctionListener
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private bool _remembered;

    /// <inheritdoc/>
    public async Task ListenAsync(CancellationToken stopping)
    {
        try
        {
            var latest = time.GetUtcNow();
            _remembered = trigger.UseMonitor && !trigger.Schedule.IsUnderAMinute(latest);
            if (trigger.Schedule.NextAfter(latest) is { } first)
            {
                latest = await RunAtStartAsync(latest, first, stopping);
            }

            while (trigger.Schedule.NextAfter(latest) is { } next)
            {
                await WaitUntilAsync(next, stopping);
                latest = await RunOneAsync(next, pastDue: false, stopping);
            }

            Log.NeverAgain(logger, function.DisplayName);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // what ran has ended
        }
    }

    private async Task<DateTimeOffset> RunAtStartAsync(DateTimeOffset now, DateTimeOffset next, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                var state = await store.OpenAsync(next, stopping);
                if (_remembered && state.Next < now.UtcDateTime)
                {
                    return await RunOneAsync(new DateTimeOffset(state.Next, TimeSpan.Zero), pastDue: true, stopping);
                }

                return trigger.RunOnStartup ? await RunOneAsync(occurrence: null, pastDue: false, stopping) : now;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                Log.NotOpened(logger, function.DisplayName, e);
                await Task.Delay(RetryDelay, time, stopping);
            }
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset moment, CancellationToken stopping)
    {
        while (moment - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < LongestDelay ? wait : LongestDelay, time, stopping);
        }
    }

    /// <summary>Runs the function if no other host has.</summary>
    /// <returns>The time up to which the schedule is dealt with; what lay between is left out.</returns>
    private async Task<DateTimeOffset> RunOneAsync(DateTimeOffset? occurrence, bool pastDue, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        try
        {
            await using var lease = await store.TryTakeAsync(stopping);
            if (lease is null)
            {
                Log.OtherHost(logger, function.DisplayName);
                return Until(occurrence);
            }

            var state = await store.ReadAsync(stopping);
            if (occurrence is not null && state.Occurrence >= occurrence)
            {
                Log.OtherHost(logger, function.DisplayName);
                return Until(occurrence);
            }

            var began = time.GetUtcNow();
            var info = new TimerInfo
            {
                IsPastDue = pastDue,
                ScheduleStatus = _remembered ? new ScheduleStatus { Last = state.Last, Next = state.Next, LastUpdated = state.LastUpdated } : null,
            };
            var reason = occurrence is null ? "Timer fired at start." : $"Timer fired at {began:O}.";
            await executor.RunAsync(function, new TriggerData(info), reason, finish: null, CancellationToken.None);
            var until = Until(occurrence);
            if (shutdown.Ended.IsCancellationRequested)
            {
                return until;
            }

            var next = trigger.Schedule.NextAfter(until) ?? until;
            await store.WriteAsync(new TimerState(occurrence ?? state.Occurrence, began.UtcDateTime, next.UtcDateTime, time.GetUtcNow().UtcDateTime), lease);
            return until;
        }
#pragma warning disable CA1031 // a missed run must not end the schedule
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotRun(logger, function.DisplayName, e);
            return Until(occurrence);
        }
    }

    // an alarm that rings a little early must not lead to the same occurrence again
    private DateTimeOffset Until(DateTimeOffset? occurrence) => time.GetUtcNow() is var now && occurrence > now ? occurrence.Value : now;

    private static partial class Log
    {
        [LoggerMessage(270, LogLevel.Debug, "'{Function}' does not run here now: another host has it")]
        public static partial void OtherHost(ILogger logger, string function);

        [LoggerMessage(271, LogLevel.Error, "'{Function}' could not be seen through; its schedule goes on")]
        public static partial void NotRun(ILogger logger, string function, Exception error);

        [LoggerMessage(272, LogLevel.Error, "The state of '{Function}' could not be read; trying again in a moment")]
        public static partial void NotOpened(ILogger logger, string function, Exception error);

        [LoggerMessage(273, LogLevel.Warning, "The schedule of '{Function}' has no further time")]
        public static partial void NeverAgain(ILogger logger, string function);
    }
}
