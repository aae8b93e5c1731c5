using System.Text.Json;
using SparrowFunctions.Results;

namespace SparrowFunctions.Web;

/// <summary>A job in a list: its document as far as the ledger knows it, without what only its result holds (answer, files, warnings).</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Kind">What went wrong, if it failed, waits or is unknown.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="Conversation">The sender's conversation key.</param>
/// <param name="Turn">This turn's number in it.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Rebuilt">Whether the conversation had to be begun anew.</param>
/// <param name="PossiblyBilled">How many calls may have cost points for nothing.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="StartedAt">When its first attempt began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="NextAttemptAt">When it goes on, while it waits.</param>
/// <param name="Attempts">All tries, oldest first.</param>
/// <param name="Metadata">The sender's own object.</param>
public sealed record JobSummary(
    string Id,
    string State,
    string? Kind,
    string? Reason,
    string? Conversation,
    int? Turn,
    string? Model,
    bool Rebuilt,
    int PossiblyBilled,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? NextAttemptAt,
    IReadOnlyList<AttemptDocument> Attempts,
    JsonElement Metadata)
{
    /// <summary>The summary of a job's document.</summary>
    public static JobSummary Of(JobDocument job) => new(
        job.Id, job.State, job.Kind, job.Reason, job.Conversation, job.Turn, job.Model, job.Rebuilt, job.PossiblyBilled,
        job.CreatedAt, job.StartedAt, job.EndedAt, job.NextAttemptAt, job.Attempts, job.Metadata);
}

/// <summary>A page of jobs, newest first.</summary>
/// <param name="Items">The jobs.</param>
/// <param name="Continuation">What to ask for the next page with; null when this is the last.</param>
public sealed record JobPage(IReadOnlyList<JobSummary> Items, string? Continuation);
