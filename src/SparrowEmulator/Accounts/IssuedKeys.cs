using System.Security.Cryptography;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Accounts;

/// <summary>The keys that were issued here: the newest one is good until its time is over, each one before it from the moment it was replaced no more.</summary>
internal sealed class IssuedKeys(EmulatorClock clock)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _keys = new(StringComparer.Ordinal);
    private string? _newest;

    /// <summary>Issues a key in the place of the one before.</summary>
    /// <param name="life">How long it is good for, in emulated time.</param>
    public (string Key, DateTimeOffset Until) Issue(TimeSpan life)
    {
        lock (_gate)
        {
            _newest = "v2.local." + RandomNumberGenerator.GetString(Letters, 64);
            return (_newest, _keys[_newest] = clock.Now + life);
        }
    }

    /// <summary>Whether a key is good; null for one that was not issued here.</summary>
    public bool? Judge(string key)
    {
        lock (_gate) return _keys.TryGetValue(key, out var until) ? key == _newest && clock.Now < until : null;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _keys.Clear();
            _newest = null;
        }
    }
}
