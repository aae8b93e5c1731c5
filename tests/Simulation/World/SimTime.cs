namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>The clock of one process: virtual time, the wall clock perhaps a little off; timers fire as steps of the process.</summary>
internal sealed class SimTime(SimProcess process) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => process.World.Now + process.Skew;

    public override long GetTimestamp() => process.World.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        process.World.AssertOnThread("A timer was made");
        var timer = new SimTimer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimProcess process, TimerCallback callback, object? state) : ITimer
    {
        // A callback of our own code runs in the process; one of the base class library completes something that others await
        private readonly bool _inContext = callback.Method.DeclaringType?.Assembly.GetName().Name?.StartsWith("Sparrow", StringComparison.Ordinal) == true;

        private int _version;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            process.World.AssertOnThread("A timer was changed");
            _version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Plan(dueTime, _version);
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Plan(TimeSpan delay, int version) => process.World.After(delay, () =>
        {
            if (version != _version || !process.Alive)
                return;

            process.Add(
                _ =>
                {
                    if (version == _version)
                        callback(state);
                },
                null,
                _inContext);
            if (_period > TimeSpan.Zero)
                Plan(_period, version);
        });
    }
}
