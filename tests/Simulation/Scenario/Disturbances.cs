using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>When a process could not do its part: it stood still or was dead, or storage was out of reach. What the pipeline may then do differs.</summary>
internal sealed class Disturbances
{
    private readonly List<(SimProcess? Process, TimeSpan From, TimeSpan To)> _all = [];

    /// <summary>Adds one; of all processes when none is named.</summary>
    public void Add(SimProcess? process, TimeSpan from, TimeSpan to) => _all.Add((process, from, to));

    /// <summary>Whether the process was disturbed at any moment between the two.</summary>
    public bool Any(SimProcess process, TimeSpan from, TimeSpan to) =>
        _all.Exists(one => (one.Process is null || one.Process == process) && one.From <= to && one.To >= from);
}
