using System.Globalization;

namespace SparrowFunctions.Perf;

/// <summary>By which numbers a worker takes messages, as host.json names them.</summary>
/// <param name="BatchSize">How many it takes in one request.</param>
/// <param name="NewBatchThreshold">It takes more while no more than this many run.</param>
internal sealed record Takes(int BatchSize, int NewBatchThreshold)
{
    /// <summary>The numbers of host.json.</summary>
    public static readonly Takes AsDeployed = new(32, 63);

    /// <summary>The numbers of host.json for so many at once; 64 gives those that are deployed.</summary>
    public static Takes For(int atOnce) => new(Math.Min(AsDeployed.BatchSize, atOnce), Math.Max(atOnce - 1, 0));

    /// <summary>How the tables name them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BatchSize} + {NewBatchThreshold}");
}
