namespace SparrowFunctions.Conversations;

/// <summary>What a turn is told.</summary>
/// <param name="Verdict">Whether it may take the word.</param>
/// <param name="Left">How long it still waits for a missing turn, where it does.</param>
/// <param name="Reason">Why it waits, or what its reader should know.</param>
public readonly record struct Word(WordVerdict Verdict, TimeSpan Left, string? Reason);

/// <summary>Whether a turn may take the word.</summary>
public enum WordVerdict
{
    /// <summary>It is its turn.</summary>
    Take,

    /// <summary>Its number was passed over; it runs now, with a warning.</summary>
    Late,

    /// <summary>The turns before it did not come in time; it runs without them, with a warning, if it is the lowest that waits.</summary>
    Skip,

    /// <summary>A turn before it is missing, and may still come.</summary>
    Gap,

    /// <summary>A turn before it did not come in time, and it does not run without: it looks again whether that one may still come.</summary>
    Overdue,

    /// <summary>Another turn has the word; whoever ends it wakes the next.</summary>
    Wait,
}
