using SparrowFunctions.Jobs;

namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>The pipeline's ids and jitter, from the seed.</summary>
internal sealed class SimIds(SimRandom random) : IRandomSource
{
    public Guid NextId() => random.NextGuid();

    public double NextFraction() => random.Fraction();
}
