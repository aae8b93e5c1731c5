namespace SparrowFunctions.Jobs;

/// <summary>Where ids and jitter come from, so that a test can repeat them.</summary>
public interface IRandomSource
{
    /// <summary>A new, practically unique id.</summary>
    Guid NextId();

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    double NextFraction();
}
