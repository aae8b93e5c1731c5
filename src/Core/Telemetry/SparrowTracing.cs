using System.Diagnostics;

namespace SparrowFunctions.Telemetry;

/// <summary>The app's traces. A job continues the trace that its sender gave with it.</summary>
public static class SparrowTracing
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "SparrowFunctions";

    /// <summary>The source.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Starts the activity of one job; null when nobody listens.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="traceParent">The sender's W3C traceparent.</param>
    public static Activity? StartJob(string jobId, string? traceParent)
    {
        var parent = ActivityContext.TryParse(traceParent, null, isRemote: true, out var given) ? given : default;
        var activity = Source.StartActivity("job", ActivityKind.Consumer, parent);
        activity?.SetTag("sparrow.job.id", jobId);
        return activity;
    }
}
