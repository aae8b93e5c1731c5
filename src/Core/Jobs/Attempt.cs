using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>One try of a job. It stands in the ledger before the paid request leaves.</summary>
/// <param name="N">Its number, from 1.</param>
/// <param name="StartedAt">When a worker took the job.</param>
/// <param name="EndedAt">When its outcome was known; null while it runs, or for ever when a crash hid the outcome.</param>
/// <param name="Status">Sparrow's HTTP status, where one came back.</param>
/// <param name="Kind">What went wrong; null when it succeeded.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="PossiblyBilled">Whether it may have cost points although nothing usable came of it.</param>
/// <param name="WentOnIn">Sparrow's conversation that its call went on in; null for a new one, and until the call is made.</param>
public sealed record Attempt(
    int N,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt = null,
    int? Status = null,
    FailureKind? Kind = null,
    string? Reason = null,
    bool PossiblyBilled = false,
    string? WentOnIn = null)
{
    /// <summary>Longest reason that is kept, in characters; the ledger's rows stay small.</summary>
    public const int MaxReasonLength = 500;

    /// <summary>This attempt, ended by an error.</summary>
    public Attempt FailedBy(SparrowError error, DateTimeOffset at) => this with
    {
        EndedAt = at,
        Status = error.Status,
        Kind = error.Kind,
        Reason = error.Reason.Length <= MaxReasonLength ? error.Reason : error.Reason[..MaxReasonLength] + "…",
        PossiblyBilled = error.PossiblyBilled,
    };
}
