using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;

namespace SparrowFunctions;

/// <summary>What became of a delivery to a hook.</summary>
public abstract record HookOutcome
{
    private HookOutcome()
    {
    }

    /// <summary>It is a job, of this delivery or of the first one with its id.</summary>
    /// <param name="Id">The job's id.</param>
    /// <param name="State">Where the job stands.</param>
    /// <param name="Conversation">The conversation that it is a turn of.</param>
    /// <param name="IsCommand">Whether a person waits in a chat for the answer.</param>
    public sealed record Accepted(JobId Id, JobState State, string? Conversation, bool IsCommand) : HookOutcome;

    /// <summary>It asked only whether the hook is there, and made no job.</summary>
    /// <param name="Reply">What the sender expects to hear.</param>
    public sealed record Answered(string Reply) : HookOutcome;

    /// <summary>It was not taken in and made no job.</summary>
    /// <param name="Status">The HTTP status that says so.</param>
    /// <param name="Reason">What was wrong and how to put it right.</param>
    public sealed record Refused(int Status, string Reason) : HookOutcome;
}
