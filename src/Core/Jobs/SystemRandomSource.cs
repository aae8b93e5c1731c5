namespace SparrowFunctions.Jobs;

/// <summary>The machine's own randomness.</summary>
public sealed class SystemRandomSource : IRandomSource
{
#pragma warning disable RS0030 // the one place where randomness enters
    /// <inheritdoc/>
    public Guid NextId() => Guid.NewGuid();

    /// <inheritdoc/>
    public double NextFraction() => Random.Shared.NextDouble();
#pragma warning restore RS0030
}
