namespace SparrowFunctions.Intake.Dropped;

/// <summary>
/// What a sweep need not look up again: versions that the ledger knows, and for a while those that were reported already. A version that
/// waits (for its folder to be ready, for its prompt to be put right) is reported ever more rarely.
/// </summary>
internal sealed class SweepMemory
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(4);

    private Dictionary<UInt128, (DateTimeOffset NotBefore, TimeSpan Pause)> _known = [];
    private Dictionary<UInt128, (DateTimeOffset NotBefore, TimeSpan Pause)> _seen = [];

    /// <summary>Whether a version need not be looked up now.</summary>
    public bool IsQuiet(UInt128 key, DateTimeOffset now)
    {
        if (!_known.TryGetValue(key, out var entry))
            return false;
        _seen[key] = entry;
        return entry.NotBefore > now;
    }

    /// <summary>The ledger knows it: it never needs to be looked up again.</summary>
    public void Know(UInt128 key) => _seen[key] = (DateTimeOffset.MaxValue, TimeSpan.Zero);

    /// <summary>It was reported: it is looked up again after a pause, which doubles each time.</summary>
    public void Report(UInt128 key, DateTimeOffset now)
    {
        var pause = _known.TryGetValue(key, out var entry) ? entry.Pause * 2 : FirstPause;
        _seen[key] = (now + pause, pause);
    }

    /// <summary>To be called after a whole sweep: what it did not come upon is forgotten.</summary>
    public void EndSweep()
    {
        _known = _seen;
        _seen = [];
    }
}
