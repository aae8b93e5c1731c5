namespace SparrowFunctions.Jobs;

/// <summary>What a delivery that meets a known job has to do.</summary>
public enum ClaimDecision
{
    /// <summary>Take the job and run it.</summary>
    Claim,

    /// <summary>The worker that this very message had started is gone, and its paid request may have left: settle what came of it first.</summary>
    Recover,

    /// <summary>Another delivery holds the job and will end it.</summary>
    LeaveToHolder,

    /// <summary>The job waits for a later time: make sure that it is woken.</summary>
    PutOff,

    /// <summary>The job has ended: repeat the steps after the end, in case a crash cut them short.</summary>
    RepeatTail,
}
