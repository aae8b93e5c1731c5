using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Conversations;

/// <summary>Decides whether a turn goes on in Sparrow's conversation or begins a new one from the stored turns. Pure.</summary>
public static class SessionRule
{
    /// <summary>Whether Sparrow can be expected to know the conversation still, and nothing of this job's past speaks against going on in it.</summary>
    /// <param name="head">The conversation as it stands.</param>
    /// <param name="job">The job whose turn it is.</param>
    /// <param name="mode">The lane it takes.</param>
    /// <param name="now">The time.</param>
    public static bool GoesOn(Head head, Job job, SparrowMode mode, DateTimeOffset now) =>
        head is { ConversationId: not null, MessageId: not null }
        && head.HoldUntil > now
        && head.Mode == mode
        && mode != SparrowMode.Free
        && !job.Attempts.Any(LeavesTheConversation);

    // After a call of unknown outcome Sparrow may have answered under the same parent: going on there would fork the conversation
    internal static bool LeavesTheConversation(Attempt attempt) =>
        attempt.PossiblyBilled || attempt.Kind is FailureKind.Ambiguous or FailureKind.Session or FailureKind.WrongModel;
}
