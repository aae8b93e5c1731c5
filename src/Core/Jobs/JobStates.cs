namespace SparrowFunctions.Jobs;

/// <summary>The states' names as they stand in documents and tables, and what they mean for whoever meets a job.</summary>
public static class JobStates
{
    /// <summary>The public name, for example <c>succeeded</c>.</summary>
    public static string Name(this JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Waiting => "waiting",
        JobState.Succeeded => "succeeded",
        JobState.Failed => "failed",
        JobState.Cancelled => "cancelled",
        JobState.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state of a job."),
    };

    /// <summary>The state of that name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static JobState Parse(string name) => name switch
    {
        "queued" => JobState.Queued,
        "running" => JobState.Running,
        "waiting" => JobState.Waiting,
        "succeeded" => JobState.Succeeded,
        "failed" => JobState.Failed,
        "cancelled" => JobState.Cancelled,
        "unknown" => JobState.Unknown,
        _ => throw new FormatException($"'{name}' is not a state of a job."),
    };

    /// <summary>Whether nothing more happens to a job by itself.</summary>
    public static bool IsTerminal(this JobState state) =>
        state is JobState.Succeeded or JobState.Failed or JobState.Cancelled or JobState.Unknown;
}
