namespace SparrowFunctions.Jobs.Leases;

/// <summary>What a look at a worker leads to.</summary>
/// <param name="Verdict">What is believed of it.</param>
/// <param name="Delay">When to look again, unless it is gone or dead.</param>
public readonly record struct WatchDecision(WorkerVerdict Verdict, TimeSpan Delay);

/// <summary>What is believed of a worker.</summary>
public enum WorkerVerdict
{
    /// <summary>It has no row: it holds nothing, and the watch ends.</summary>
    Gone,

    /// <summary>It lives, or that it is dead is not yet certain.</summary>
    LookAgain,

    /// <summary>It is dead: its jobs are taken over.</summary>
    Dead,
}
