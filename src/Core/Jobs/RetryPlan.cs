using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>Decides whether and when a failed job is tried again. Pure.</summary>
public static class RetryPlan
{
    /// <summary>Further tries after another model answered than was asked for.</summary>
    public const int WrongModelRetries = 2;

    /// <summary>Calls of unknown outcome that are repeated, crashes included.</summary>
    public const int AmbiguousRetries = 1;

    /// <summary>Decides after an attempt has failed.</summary>
    /// <param name="attempts">The attempts that count; the last is the one that failed.</param>
    /// <param name="retryAfter">The wait that Sparrow asked for, if it did.</param>
    /// <param name="options">The limits.</param>
    /// <param name="fraction">A random number from 0 to 1, for the jitter.</param>
    public static RetryDecision Decide(IReadOnlyList<Attempt> attempts, TimeSpan? retryAfter, JobOptions options, double fraction)
    {
        var kind = attempts[^1].Kind ?? throw new ArgumentException("The last attempt did not fail.", nameof(attempts));
        if (kind == FailureKind.Ambiguous && options.UnknownOutcome == UnknownOutcome.Hold)
            return new(JobState.Unknown, TimeSpan.Zero);

        var again = kind switch
        {
            FailureKind.Rejected => false,
            FailureKind.Ambiguous => Count(attempts, kind) <= AmbiguousRetries,
            FailureKind.WrongModel => Count(attempts, kind) <= WrongModelRetries,
            _ => true,
        };

        // A conversation that Sparrow no longer knows cost nothing and is begun anew at once
        var atOnce = kind == FailureKind.Session && Count(attempts, kind) == 1;
        var burnt = attempts.Count(attempt => attempt.Kind is not (FailureKind.Gate or FailureKind.Outage));
        return again && burnt < options.MaxAttempts
            ? new(JobState.Waiting, atOnce ? TimeSpan.Zero : Delay(burnt, retryAfter, options, fraction))
            : new(JobState.Failed, TimeSpan.Zero);
    }

    // Between half and the whole of the exponential step, so that jobs that failed together do not come back together
    private static TimeSpan Delay(int attempts, TimeSpan? retryAfter, JobOptions options, double fraction)
    {
        var step = Math.Min(options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)), options.MaxRetryDelay.TotalSeconds);
        var own = TimeSpan.FromSeconds(step * (0.5 + (fraction / 2)));
        return retryAfter > own ? retryAfter.Value : own;
    }

    private static int Count(IReadOnlyList<Attempt> attempts, FailureKind kind) => attempts.Count(attempt => attempt.Kind == kind);
}
