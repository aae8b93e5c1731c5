namespace SparrowFunctions.Jobs;

/// <summary>Begins the runs of functions, each with the platform's limit.</summary>
/// <param name="timeout">The limit.</param>
/// <param name="time">The clock.</param>
public sealed class Invocations(FunctionTimeout timeout, TimeProvider time)
{
    /// <summary>How long one run may last.</summary>
    public TimeSpan Limit => timeout.Limit;

    /// <summary>Begins a run.</summary>
    public Invocation Begin() => new(time.GetUtcNow(), Limit, time);
}
