namespace SparrowFunctions.Sparrow;

/// <summary>Why a call to Sparrow gave no usable answer.</summary>
/// <param name="Kind">What it means for the job.</param>
/// <param name="Fault">How far the call had got.</param>
/// <param name="Status">The HTTP status, where one came back.</param>
/// <param name="Reason">One sentence for people, made from the body's own words where it had any; never holds a key.</param>
/// <param name="RetryAfter">How long Sparrow asked to wait (<c>Retry-After</c>, or <c>clears_in</c> of the body).</param>
/// <param name="Body">The body as text, at most 64 KiB of it.</param>
/// <param name="PossiblyBilled">Whether this call may have been run and billed although nothing usable came of it.</param>
public sealed record SparrowError(
    FailureKind Kind,
    SparrowFault Fault,
    int? Status,
    string Reason,
    TimeSpan? RetryAfter = null,
    string? Body = null,
    bool PossiblyBilled = false)
{
    /// <summary>How many requests this call made, this failed one included; more than 1 only where an earlier one certainly did nothing.</summary>
    public int Tries { get; init; } = 1;
}
