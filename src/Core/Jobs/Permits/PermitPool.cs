namespace SparrowFunctions.Jobs.Permits;

/// <summary>
/// How many calls of one mode this process makes at once. The limit is found by trying: it grows slowly while calls succeed,
/// and shrinks by a fifth when Sparrow says that it is too much (additive increase, multiplicative decrease), between 1 and a cap.
/// Two lanes wait side by side and are served in turn, so that a new prompt never queues behind a flood of others' retries or turns.
/// </summary>
public sealed class PermitPool(int cap, TimeProvider time) : IDisposable
{
    // Half would be the classic cut; a fifth keeps the calls closer to what Sparrow takes
    private const double Cut = 0.8;

    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<Permit?>>[] _lanes = [new(), new()];
    private double _limit = cap;
    private int _inFlight;
    private int _turnOf;
    private DateTimeOffset _blockedUntil;
    private DateTimeOffset _loweredAt;
    private ITimer? _unblock;

    /// <summary>The present limit, in calls at once.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
                return Math.Max(1, (int)_limit);
        }
    }

    /// <summary>How long nobody gets a permit, because Sparrow asked to wait.</summary>
    public TimeSpan BlockedFor
    {
        get
        {
            lock (_lock)
                return _blockedUntil > time.GetUtcNow() ? _blockedUntil - time.GetUtcNow() : TimeSpan.Zero;
        }
    }

    /// <summary>How many wait in a lane.</summary>
    internal int WaitingIn(Lane lane)
    {
        lock (_lock)
            return _lanes[(int)lane].Count;
    }

    /// <summary>A permit, if one is free and nobody waits for it.</summary>
    public Permit? TryTake()
    {
        lock (_lock)
            return IsFree() && _lanes[0].Count + _lanes[1].Count == 0 ? Take() : null;
    }

    /// <summary>Waits for a permit.</summary>
    /// <param name="lane">Whose turn it is to wait.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <returns>The permit, or null when none came free in time.</returns>
    public async Task<Permit?> TakeAsync(Lane lane, TimeSpan patience)
    {
        LinkedListNode<TaskCompletionSource<Permit?>> waiting;
        lock (_lock)
        {
            waiting = _lanes[(int)lane].AddLast(new TaskCompletionSource<Permit?>(TaskCreationOptions.RunContinuationsAsynchronously));
            Serve();
        }

        using var alarm = time.CreateTimer(_ => GiveUp(waiting), null, patience, Timeout.InfiniteTimeSpan);
        return await waiting.Value.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _unblock?.Dispose();

    internal void Return(Permit permit, PermitVerdict verdict, TimeSpan? wait)
    {
        lock (_lock)
        {
            _inFlight--;
            if (verdict == PermitVerdict.Served)
                _limit = Math.Min(cap, _limit + (1 / _limit));
            else if (verdict == PermitVerdict.TooMuch)
                Lower(permit, wait ?? TimeSpan.FromSeconds(1));
            Serve();
        }
    }

    // Calls that began before the last cut were made under the old limit: their refusals say nothing about the new one
    private void Lower(Permit permit, TimeSpan wait)
    {
        var now = time.GetUtcNow();
        if (permit.TakenAt >= _loweredAt)
        {
            _limit = Math.Max(1, _limit * Cut);
            _loweredAt = now;
        }

        if (now + wait <= _blockedUntil)
            return;
        _blockedUntil = now + wait;
        UnblockIn(wait);
    }

    private void UnblockIn(TimeSpan wait)
    {
        _unblock?.Dispose();
        _unblock = time.CreateTimer(_ => Unblock(), null, wait, Timeout.InfiniteTimeSpan);
    }

    // The system's timers count whole milliseconds, so one may ring just before its time: nobody would be served, and nothing would ring again
    private void Unblock()
    {
        lock (_lock)
        {
            if (_blockedUntil - time.GetUtcNow() is { Ticks: > 0 } left)
                UnblockIn(left + TimeSpan.FromMilliseconds(1));
            else
                Serve();
        }
    }

    // Out of the lane or served: a permit can't be given to somebody who has left
    private void GiveUp(LinkedListNode<TaskCompletionSource<Permit?>> waiting)
    {
        lock (_lock)
        {
            if (waiting.List is not { } lane)
                return;
            lane.Remove(waiting);
        }

        waiting.Value.TrySetResult(null);
    }

    private void Serve()
    {
        while (IsFree() && Next() is { } waiter)
            waiter.TrySetResult(Take());
    }

    private TaskCompletionSource<Permit?>? Next()
    {
        for (var tries = 0; tries < _lanes.Length; tries++)
        {
            var lane = _lanes[_turnOf];
            _turnOf = (_turnOf + 1) % _lanes.Length;
            if (lane.First is not { } first)
                continue;
            lane.RemoveFirst();
            return first.Value;
        }

        return null;
    }

    private bool IsFree() => _inFlight < Math.Max(1, (int)_limit) && time.GetUtcNow() >= _blockedUntil;

    private Permit Take()
    {
        _inFlight++;
        return new Permit(this, time.GetUtcNow());
    }
}
