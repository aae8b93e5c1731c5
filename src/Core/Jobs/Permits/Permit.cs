namespace SparrowFunctions.Jobs.Permits;

/// <summary>Leave to make one call. Dispose it when the call has ended; say before what the call taught.</summary>
public sealed class Permit : IDisposable
{
    private readonly PermitPool _pool;
    private PermitVerdict _verdict;
    private TimeSpan? _wait;
    private bool _returned;

    internal Permit(PermitPool pool, DateTimeOffset takenAt) => (_pool, TakenAt) = (pool, takenAt);

    internal DateTimeOffset TakenAt { get; }

    /// <summary>Sparrow served the call: one more at once may be possible.</summary>
    public void Served() => _verdict = PermitVerdict.Served;

    /// <summary>Sparrow said that it was too much.</summary>
    /// <param name="wait">How long it asked to wait; null when it did not say.</param>
    public void TooMuch(TimeSpan? wait) => (_verdict, _wait) = (PermitVerdict.TooMuch, wait);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_returned)
            return;
        _returned = true;
        _pool.Return(this, _verdict, _wait);
    }
}

internal enum PermitVerdict
{
    Nothing,
    Served,
    TooMuch,
}
