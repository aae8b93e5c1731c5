namespace SparrowFunctions.Conversations;

/// <summary>What came of a job's wish to take its turn.</summary>
/// <param name="Head">The conversation as this job holds it; null when it has not got the word.</param>
/// <param name="Number">Its turn's number; 0 when it was refused.</param>
/// <param name="Warning">What the reader of its result should know.</param>
/// <param name="Waits">Why it waits, if it does.</param>
/// <param name="Wake">After what time it should look again by itself; null when whoever has the word wakes it.</param>
/// <param name="Refusal">Why it can never run, if it can't.</param>
/// <param name="IsOverdue">Whether it waits for a turn that did not come in time, and will not run without it.</param>
/// <param name="IsOver">Whether it has been answered already: then the asker knows an old state of the job.</param>
public sealed record Entry(
    Head? Head, int Number, string? Warning = null, string? Waits = null, TimeSpan? Wake = null, string? Refusal = null, bool IsOverdue = false, bool IsOver = false);
