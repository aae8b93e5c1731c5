using SparrowEmulator.Admin;

namespace SparrowEmulator.Chats;

/// <summary>How many chats run in each mode, against its cap.</summary>
internal sealed class Lanes(SettingsStore settings)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Lane, int> _running = [];

    /// <summary>Takes a place until it is disposed of; null when the mode is full.</summary>
    public IDisposable? TryEnter(Lane lane)
    {
        var caps = settings.Current.Concurrency;
        var cap = lane switch { Lane.Standard => caps.Standard, Lane.Concurrent => caps.Concurrent, _ => int.MaxValue };
        lock (_gate)
        {
            var running = _running.GetValueOrDefault(lane);
            if (running >= cap) return null;
            _running[lane] = running + 1;
        }

        return new Place(this, lane);
    }

    private void Leave(Lane lane)
    {
        lock (_gate) _running[lane]--;
    }

    private sealed class Place(Lanes lanes, Lane lane) : IDisposable
    {
        public void Dispose() => lanes.Leave(lane);
    }
}
