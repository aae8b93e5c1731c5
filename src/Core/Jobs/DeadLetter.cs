using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>What could not be done, why, and what was sent, so that it can be sent again.</summary>
/// <param name="JobId">The job, where there is one.</param>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="Source">Where it came from: a queue's name or an entrance.</param>
/// <param name="Original">What was sent, as it was sent.</param>
/// <param name="At">When it failed. The same failure always has the same time, so that a repeated step writes the same dead letter.</param>
/// <param name="Origin">What failed: a queue message's id or a job's id with its attempt.</param>
public sealed record DeadLetter(
    string? JobId,
    FailureKind Kind,
    string Reason,
    string Source,
    string Original,
    DateTimeOffset At,
    string Origin);
