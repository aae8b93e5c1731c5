namespace SparrowFunctions.Jobs;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>In the ledger, not begun.</summary>
    Queued,

    /// <summary>A worker holds it.</summary>
    Running,

    /// <summary>Put off until a time that is on record, for a reason that is on record.</summary>
    Waiting,

    /// <summary>Ended with an answer or files.</summary>
    Succeeded,

    /// <summary>Ended without; a dead letter says why.</summary>
    Failed,

    /// <summary>Ended because somebody called it off.</summary>
    Cancelled,

    /// <summary>A paid call's outcome was hidden by a crash, and the app is set to hold such jobs for a decision.</summary>
    Unknown,
}
