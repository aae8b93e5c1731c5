using System.Collections.Concurrent;

namespace SparrowFunctions.LocalHost.Host.Execution;

/// <summary>How many runs of each function are under way in this process.</summary>
internal sealed class RunningFunctions
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Runs under way, by the function's name; functions that never ran are missing.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>All runs under way.</summary>
    public int Total => _counts.Values.Sum();

    internal void Enter(string function) => _counts.AddOrUpdate(function, 1, (_, n) => n + 1);

    internal void Leave(string function) => _counts.AddOrUpdate(function, 0, (_, n) => n - 1);
}
