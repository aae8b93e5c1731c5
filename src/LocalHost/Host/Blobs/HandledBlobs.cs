namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>
/// Remembers what needs no look any more: some 40 bytes a blob. After many blobs were deleted or overwritten, one scan
/// collects what is still there and the rest is forgotten. Used by one scan at a time; runs may add meanwhile.
/// </summary>
internal sealed class HandledBlobs
{
    private const int Slack = 4096;
    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _handled = [];
    private readonly HashSet<UInt128> _underWay = [];
    private readonly Dictionary<UInt128, DateTimeOffset> _later = [];
    private HashSet<UInt128>? _seen;
    private int _matched;

    /// <summary>Remembers a handled blob.</summary>
    public void Add(UInt128 key)
    {
        lock (_gate)
        {
            _handled.Add(key);
        }
    }

    /// <summary>Whether the blob needs a look now; if so, it counts as under way until <see cref="Done"/>.</summary>
    public bool TryBegin(UInt128 key, DateTimeOffset now)
    {
        lock (_gate)
        {
            _matched++;
            _seen?.Add(key);
            if (_handled.Contains(key) || (_later.TryGetValue(key, out var time) && time > now) || !_underWay.Add(key))
            {
                return false;
            }

            _later.Remove(key);
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryBegin"/> began.</summary>
    public void Done(UInt128 key, bool handled, DateTimeOffset? lookAgain)
    {
        lock (_gate)
        {
            _underWay.Remove(key);
            if (handled)
            {
                _handled.Add(key);
            }
            else if (lookAgain is { } time)
            {
                _later[key] = time;
            }
        }
    }

    /// <summary>To be called after each whole scan.</summary>
    public void EndScan()
    {
        lock (_gate)
        {
            if (_seen is not null)
            {
                _handled.IntersectWith(_seen);
                _handled.TrimExcess();
                foreach (var key in _later.Keys.Where(k => !_seen.Contains(k)).ToList())
                {
                    _later.Remove(key);
                }
            }

            _seen = _handled.Count + _later.Count > _matched + Slack ? [] : null;
            _matched = 0;
        }
    }
}
