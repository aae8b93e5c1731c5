using SparrowFunctions.Conversations;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Jobs.Permits;

namespace SparrowFunctions;

/// <summary>A job in a worker's hands, with all that entitles the worker to run it.</summary>
/// <param name="Job">The job as it was claimed.</param>
/// <param name="Hold">The worker's hold of it.</param>
/// <param name="Invocation">The function's run that all this happens in.</param>
/// <param name="Head">Its conversation, in which it has the word; null for a job without one.</param>
/// <param name="Permit">Leave to call; null where no call is to be made any more.</param>
/// <param name="IsProbe">Whether its call is the probe of a closed gate.</param>
/// <param name="AnsweredBy">The number of the attempt whose answer was found in storage; null for the last, whose answer has just arrived.</param>
public sealed record Claim(
    Job Job,
    Hold Hold,
    Invocation Invocation,
    Head? Head = null,
    Permit? Permit = null,
    bool IsProbe = false,
    int? AnsweredBy = null);
