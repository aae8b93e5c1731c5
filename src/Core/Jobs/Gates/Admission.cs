using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs.Gates;

/// <summary>What a gate says to a job that wants to call.</summary>
/// <param name="Verdict">Whether it may.</param>
/// <param name="Until">When it should ask again, where it may not.</param>
/// <param name="Reason">Why it may not.</param>
/// <param name="Kind">The kind of failure that closed the gate; gate where an operator did.</param>
public readonly record struct Admission(AdmissionVerdict Verdict, DateTimeOffset Until = default, string? Reason = null, FailureKind Kind = FailureKind.Gate);

/// <summary>Whether a job may call.</summary>
public enum AdmissionVerdict
{
    /// <summary>It may.</summary>
    Open,

    /// <summary>It may, as the one probe of a closed gate, if it can put that on record.</summary>
    Probe,

    /// <summary>It may not.</summary>
    Closed,
}
