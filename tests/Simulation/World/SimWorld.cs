namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>
/// One thread, one virtual clock, one seed. Processes are run one continuation at a time, in an order that the seed chooses; the clock
/// moves only when none can run, straight to the next event. Everything that happens outside the processes (a request's effect on
/// storage, its answer's arrival, a kill) is an event.
/// </summary>
internal sealed class SimWorld : IDisposable
{
    private const int MaxStepsAtOneTime = 100_000;
    private const int MaxSteps = 100_000;

    private static readonly AsyncLocal<SimWorld?> Current = new(Moved);

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _events = new();
    private readonly List<SimProcess> _processes = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;
    private int _stepsAtThisTime;
    private volatile string? _failure;

    public SimWorld(int seed)
    {
        Seed = seed;
        Random = new SimRandom(seed);
    }

    public int Seed { get; }

    public SimRandom Random { get; }

    public SimTrace Trace { get; } = new();

    /// <summary>When every world begins.</summary>
    public static DateTimeOffset Beginning { get; } = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset Now => Beginning + Elapsed;

    /// <summary>How many continuations and callbacks have run.</summary>
    public long Steps { get; private set; }

    /// <summary>How many events have happened.</summary>
    public long Events { get; private set; }

    /// <summary>Makes a process; nothing runs in it before something is posted to it.</summary>
    /// <param name="name">Its name in the trace.</param>
    /// <param name="skew">How far its wall clock is off.</param>
    public SimProcess NewProcess(string name, TimeSpan skew = default)
    {
        var process = new SimProcess(this, name, skew);
        _processes.Add(process);
        return process;
    }

    /// <summary>Lets something happen after a while.</summary>
    public void After(TimeSpan delay, Action happening)
    {
        AssertOnThread("An event was planned");
        var at = Elapsed + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay);
        _events.Enqueue(happening, (at.Ticks, _order++));
    }

    /// <summary>Writes a line into the trace.</summary>
    public void Tell(string line) => Trace.Add(Elapsed, line);

    /// <summary>Runs until <paramref name="done"/> says so or the clock reaches <paramref name="limit"/>.</summary>
    /// <returns>Whether it is done.</returns>
    /// <exception cref="SimFailureException">Something ran on another thread, or the processes never come to rest.</exception>
    public bool Run(Func<bool> done, TimeSpan limit)
    {
        AssertOnThread("The world was run");
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // whatever an event completes is posted to its process, or goes on in place
        Current.Value = this;
        try
        {
            while (!done())
            {
                if (Step())
                    continue;
                if (!_events.TryPeek(out _, out var next) || next.Ticks > limit.Ticks)
                {
                    Elapsed = limit > Elapsed ? limit : Elapsed;
                    return done();
                }

                Advance();
            }

            return true;
        }
        finally
        {
            Current.Value = null;
            SynchronizationContext.SetSynchronizationContext(before);
            AssertOnThread("The world was run");
        }
    }

    /// <summary>Runs for a while.</summary>
    public void RunFor(TimeSpan time) => Run(static () => false, Elapsed + time);

    /// <summary>Whether the caller is on the world's thread; if not, the seed has failed.</summary>
    public bool IsOnThread(string what)
    {
        var on = Environment.CurrentManagedThreadId == _thread;
        if (!on)
            Leak($"{what} on a foreign thread.");
        return on;
    }

    /// <summary>Fails the seed when the caller is on a thread that the seed does not rule.</summary>
    public void AssertOnThread(string what)
    {
        IsOnThread(what);
        if (_failure is { } leak)
            throw new SimFailureException(leak);
    }

    /// <summary>Fails the seed, also where the code that meets the exception swallows it.</summary>
    public SimFailureException Fail(string what)
    {
        _failure ??= $"Seed {Seed}: {what}";
        return new SimFailureException(_failure);
    }

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Kill();
    }

    private bool Step()
    {
        var ready = 0;
        foreach (var process in _processes)
            ready += process.Ready;
        if (ready == 0)
            return false;

        if (++_stepsAtThisTime > MaxStepsAtOneTime)
            throw new SimFailureException($"Seed {Seed}: more than {MaxStepsAtOneTime} steps without the clock moving; something spins.");
        if (Steps > MaxSteps)
            throw new SimFailureException($"Seed {Seed}: more than {MaxSteps} steps by {Elapsed}; something never comes to rest.");
        var chosen = Random.Below(ready);
        foreach (var process in _processes)
        {
            if (chosen < process.Ready)
            {
                Steps++;
                process.Step(chosen);
                break;
            }

            chosen -= process.Ready;
        }

        if (_failure is { } leak)
            throw new SimFailureException(leak);
        return true;
    }

    private void Advance()
    {
        _events.TryDequeue(out var happening, out var at);
        if (at.Ticks > Elapsed.Ticks)
        {
            Elapsed = TimeSpan.FromTicks(at.Ticks);
            _stepsAtThisTime = 0;
            _processes.RemoveAll(static process => !process.Alive);
        }

        Events++;
        happening!();
        if (_failure is { } leak)
            throw new SimFailureException(leak);
    }

    private void Leak(string what) =>
        _failure ??= $"Seed {Seed}: {what} Under the simulation nothing may use the thread pool: no Task.Run, no CancelAsync with callbacks, "
            + $"no SemaphoreSlim.WaitAsync with a cancelable token, no ConfigureAwait(false).{Environment.NewLine}{Environment.StackTrace}";

    // The execution context carries the world to wherever its code goes; the pool is where it must not go
    private static void Moved(AsyncLocalValueChangedArgs<SimWorld?> change)
    {
        if (change is { ThreadContextChanged: true, CurrentValue: { } world } && Environment.CurrentManagedThreadId != world._thread)
            world.Leak("The world's code went to a foreign thread.");
    }
}
