using SparrowFunctions.Jobs;

namespace SparrowFunctions;

/// <summary>What the sender of a prompt is told.</summary>
/// <param name="Verdict">Whether it was taken in.</param>
/// <param name="Job">The job of its id: its own, or the one that has the id already.</param>
/// <param name="Refusal">Why its turn can't be had, where that is so.</param>
public sealed record ChatReceipt(ChatVerdict Verdict, Job Job, string? Refusal = null);

/// <summary>Whether a prompt was taken in.</summary>
public enum ChatVerdict
{
    /// <summary>It is safe: now, or since an earlier send of the same.</summary>
    Accepted,

    /// <summary>Its id is another prompt's.</summary>
    OtherContent,

    /// <summary>Its number in its conversation is another job's.</summary>
    TurnTaken,
}
