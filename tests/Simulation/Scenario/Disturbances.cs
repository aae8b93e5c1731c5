using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>When a process could not do its part: it stood still or was dead, or storage was out of reach. What the pipeline may then do differs.</summary>
internal sealed class Disturbances
{
    private readonly List<(SimProcess? Process, TimeSpan From, TimeSpan To)> _stalls = [];
    private readonly Dictionary<SimProcess, TimeSpan> _deaths = [];

    /// <summary>Whether there was none at all.</summary>
    public bool AreNone => _stalls.Count == 0 && _deaths.Count == 0;

    /// <summary>A process stood still; all of them had no storage when none is named.</summary>
    public void Stalled(SimProcess? process, TimeSpan from, TimeSpan to) => _stalls.Add((process, from, to));

    /// <summary>A process ended.</summary>
    public void Died(SimProcess process, TimeSpan at) => _deaths[process] = at;

    /// <summary>Whether the process stood still or had no storage at any moment between the two: it may have been taken for dead.</summary>
    public bool Stalls(SimProcess process, TimeSpan from, TimeSpan to) =>
        _stalls.Exists(stall => (stall.Process is null || stall.Process == process) && stall.From <= to && stall.To >= from);

    /// <summary>Whether any process stood still or had no storage between the two.</summary>
    public bool AnyStall(TimeSpan from, TimeSpan to) => _stalls.Exists(stall => stall.From <= to && stall.To >= from);

    /// <summary>Whether another process ended between the two.</summary>
    public bool AnotherDeath(SimProcess process, TimeSpan from, TimeSpan to) => _deaths.Any(death => death.Key != process && death.Value >= from && death.Value <= to);

    /// <summary>When the process ended; null when it lives.</summary>
    public TimeSpan? DeathOf(SimProcess process) => _deaths.TryGetValue(process, out var death) ? death : null;

    /// <summary>Whether the process was disturbed at any moment between the two.</summary>
    public bool Any(SimProcess process, TimeSpan from, TimeSpan to) =>
        Stalls(process, from, to) || (_deaths.TryGetValue(process, out var death) && death <= to);
}
