using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs.Gates;

/// <summary>How a gate closes, is probed and opens again. Pure.</summary>
public static class GateRule
{
    /// <summary>What the gate says to a job that wants to call.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">The intervals.</param>
    /// <param name="fraction">A random number from 0 to 1: parked jobs ask again spread over the longest interval, so that they do not all come at once.</param>
    public static Admission Admit(Gate gate, DateTimeOffset now, GateOptions options, double fraction)
    {
        if (gate.IsOpen)
            return new(AdmissionVerdict.Open);

        var spread = options.MaxProbeInterval * fraction;
        if (gate.Paused)
            return new(AdmissionVerdict.Closed, now + options.ProbeInterval + spread, $"An operator paused all calls: {gate.PauseReason ?? "no reason given"}");

        var reason = $"The gate is closed ({gate.Kind!.Value.Name()}): {gate.Reason}";
        if (gate.Prober is not null && gate.ProbeUntil > now)
            return new(AdmissionVerdict.Closed, now + options.ProbeInterval + spread, reason, gate.Kind.Value);
        return gate.ProbeAt <= now
            ? new(AdmissionVerdict.Probe, Reason: reason, Kind: gate.Kind.Value)
            : new(AdmissionVerdict.Closed, gate.ProbeAt + spread, reason, gate.Kind.Value);
    }

    /// <summary>The gate after an answer that says no call can succeed. One that is closed already stays as it is: only its probes change it.</summary>
    public static Gate Close(Gate gate, FailureKind kind, string reason, DateTimeOffset now, GateOptions options) => gate.Kind is not null
        ? gate
        : gate with { Kind = kind, Reason = reason, ClosedAt = now, ProbeAt = now + options.ProbeInterval, ProbeInterval = options.ProbeInterval, Prober = null };

    /// <summary>The gate with a job's call as its probe.</summary>
    public static Gate Probe(Gate gate, string job, DateTimeOffset until) => gate with { Prober = job, ProbeUntil = until };

    /// <summary>The gate after its probe failed: the next one comes later.</summary>
    public static Gate ProbeFailed(Gate gate, FailureKind kind, string reason, DateTimeOffset now, GateOptions options)
    {
        var next = gate.ProbeInterval * 2 < options.MaxProbeInterval ? gate.ProbeInterval * 2 : options.MaxProbeInterval;
        return gate with { Kind = kind, Reason = reason, Prober = null, ProbeInterval = next, ProbeAt = now + next };
    }

    /// <summary>
    /// How long after the next probe falls due a job that was refused asks again. The one that met the gate open, or was its probe, is the next
    /// probe, and the others spread out behind it. But what looks like an outage may be one prompt that Sparrow cannot answer: such a probe lets
    /// others go first, so that it neither keeps the gate shut nor escapes its own end.
    /// </summary>
    /// <param name="gate">The gate as the job met it.</param>
    /// <param name="job">The job.</param>
    /// <param name="closed">The gate as it is now.</param>
    /// <param name="options">The intervals.</param>
    /// <param name="fraction">A random number from 0 to 1.</param>
    public static TimeSpan BehindNextProbe(Gate gate, string job, Gate closed, GateOptions options, double fraction) =>
        gate.Prober == job && closed.Kind == FailureKind.Outage ? closed.ProbeInterval * (0.5 + (fraction / 2))
        : gate.Prober == job || gate.Kind is null ? TimeSpan.Zero
        : options.MaxProbeInterval * fraction;

    /// <summary>The gate after its probe was answered.</summary>
    public static Gate Open(Gate gate) => gate with { Kind = null, Reason = null, ClosedAt = null, Prober = null };
}
