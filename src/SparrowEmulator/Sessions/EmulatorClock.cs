namespace SparrowEmulator.Sessions;

/// <summary>
/// Two times. Real time is the given clock's: latency and the ledger go by it. Emulated time runs <c>clockScale</c> times as fast:
/// the hold of sessions and the expiry of links go by it. A change of scale never makes emulated time jump.
/// </summary>
internal sealed class EmulatorClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _realBase = time.GetUtcNow();
    private DateTimeOffset _emulatedBase = time.GetUtcNow();
    private double _scale = 1;

    /// <summary>The given clock's time.</summary>
    public DateTimeOffset RealNow => time.GetUtcNow();

    /// <summary>Emulated time.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate) return At(time.GetUtcNow());
        }
    }

    /// <summary>Sets how many emulated seconds pass in a real one, from now on.</summary>
    public void Run(double scale)
    {
        lock (_gate)
        {
            var real = time.GetUtcNow();
            _emulatedBase = At(real);
            _realBase = real;
            _scale = scale;
        }
    }

    /// <summary>Waits in real time.</summary>
    /// <param name="delay">How long at most.</param>
    /// <param name="released">Ends the wait early.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task WaitAsync(TimeSpan delay, Task released, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero) return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(delay, time, over.Token), released);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private DateTimeOffset At(DateTimeOffset real) => _emulatedBase + ((real - _realBase) * _scale);
}
