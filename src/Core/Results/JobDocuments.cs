using System.Text.Json;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Results;

/// <summary>Makes the document of a job from what the ledger knows. Pure.</summary>
public static class JobDocuments
{
    private static readonly JsonElement NoMetadata = JsonDocument.Parse("{}").RootElement.Clone();

    /// <summary>The document without answer, files and response: those are added by whoever has them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="defaultModel">The model of jobs that name none.</param>
    public static JobDocument Of(Job job, string defaultModel) => new()
    {
        Id = job.Id.ToString(),
        State = job.State.Name(),
        Kind = job.Kind?.Name(),
        Reason = job.Reason,
        Conversation = job.Accepted.Prompt.Conversation,
        Turn = job.Turn ?? job.Accepted.Prompt.Turn,
        Rebuilt = job.Rebuilt,
        Model = job.Accepted.Prompt.Model ?? defaultModel,
        PossiblyBilled = job.PossiblyBilled,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        EndedAt = job.EndedAt,
        NextAttemptAt = job.NextAttemptAt,
        Attempts = [.. job.Attempts.Select(Of)],
        Metadata = job.Accepted.Prompt.Metadata ?? NoMetadata,
    };

    private static AttemptDocument Of(Attempt attempt) => new(
        attempt.N, attempt.StartedAt, attempt.EndedAt, attempt.Status, attempt.Kind?.Name(), attempt.Reason, attempt.PossiblyBilled);
}
