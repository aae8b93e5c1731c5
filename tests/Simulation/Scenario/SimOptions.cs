using SparrowFunctions.Tests.Simulation.Storage;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>What a run may differ in beside its seed.</summary>
internal sealed record SimOptions
{
    /// <summary>A safety taken away.</summary>
    public SimMutation Mutation { get; init; } = new();

    /// <summary>No fault, kill, pause or outage: what is left is chance in order and time.</summary>
    public bool Calm { get; init; }
}
