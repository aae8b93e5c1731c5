using System.Diagnostics.Metrics;

namespace SparrowFunctions.Telemetry;

/// <summary>What the app counts, under the meter <c>SparrowFunctions</c>.</summary>
public sealed class SparrowMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SparrowFunctions";

    private readonly Counter<long> _ended;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _possiblyBilled;
    private readonly Counter<long> _unknown;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _callbacks;
    private readonly Histogram<double> _calls;

    /// <summary>Makes the instruments.</summary>
    public SparrowMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _ended = meter.CreateCounter<long>("sparrow.jobs.ended", "{job}", "Jobs that reached a terminal state");
        _rejected = meter.CreateCounter<long>("sparrow.prompts.rejected", "{prompt}", "Messages that made no job");
        _possiblyBilled = meter.CreateCounter<long>("sparrow.calls.possibly_billed", "{call}", "Calls that may have cost points although nothing usable came of them");
        _unknown = meter.CreateCounter<long>("sparrow.calls.unknown_outcome", "{call}", "Calls that nobody knows the outcome of");
        _wait = meter.CreateHistogram<double>("sparrow.prompts.wait", "s", "How long prompts were in the queue when they were taken");
        _callbacks = meter.CreateCounter<long>("sparrow.callbacks.tried", "{try}", "Tries to tell a receiver of a job's end");
        _calls = meter.CreateHistogram<double>("sparrow.call.duration", "s", "How long calls to Sparrow took");
    }

    /// <summary>A job reached a terminal state.</summary>
    public void JobEnded(string state, string? kind) => _ended.Add(1, new("state", state), new("kind", kind));

    /// <summary>A message made no job.</summary>
    public void PromptRejected(string source) => _rejected.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>A prompt was taken from its queue.</summary>
    /// <param name="age">Since it was sent; null when the queue does not say.</param>
    public void PromptTaken(TimeSpan? age)
    {
        if (age is { } waited)
            _wait.Record(waited.TotalSeconds);
    }

    /// <summary>A call may have cost points for nothing.</summary>
    public void CallPossiblyBilled() => _possiblyBilled.Add(1);

    /// <summary>What came of a call will never be known, unless its answer comes late.</summary>
    public void OutcomeUnknown() => _unknown.Add(1);

    /// <summary>A receiver was told of a job's end, or was not.</summary>
    public void CallbackTried(string outcome) => _callbacks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A call to Sparrow ended.</summary>
    public void CallEnded(TimeSpan duration, string outcome) => _calls.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
}
