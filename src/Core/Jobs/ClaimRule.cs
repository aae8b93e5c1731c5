namespace SparrowFunctions.Jobs;

/// <summary>Decides what a delivery does with a job that the ledger knows already. Pure.</summary>
public static class ClaimRule
{
    /// <summary>Decides for one delivery.</summary>
    /// <param name="job">The job as the ledger has it.</param>
    /// <param name="messageId">The id of the queue message delivered. The platform hands a message out again only when whoever held it is gone.</param>
    /// <param name="now">The time.</param>
    public static ClaimDecision Decide(Job job, string messageId, DateTimeOffset now) => job.State switch
    {
        JobState.Queued => ClaimDecision.Claim,
        JobState.Waiting => job.NextAttemptAt > now ? ClaimDecision.PutOff : ClaimDecision.Claim,
        JobState.Running when !string.Equals(job.Holder, messageId, StringComparison.Ordinal) => ClaimDecision.LeaveToHolder,
        JobState.Running => job.Sending ? ClaimDecision.Recover : ClaimDecision.Claim,
        _ => ClaimDecision.RepeatTail,
    };
}
