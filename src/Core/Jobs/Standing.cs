namespace SparrowFunctions.Jobs;

/// <summary>How a delivery finds a job.</summary>
public enum Standing
{
    /// <summary>It has ended: only the steps after the end are repeated.</summary>
    Ended,

    /// <summary>A living worker runs it.</summary>
    Held,

    /// <summary>The worker that ran it is gone.</summary>
    Orphaned,

    /// <summary>It waits for a time that has not come.</summary>
    Early,

    /// <summary>It can go on.</summary>
    Ready,
}
