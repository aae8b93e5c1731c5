using SparrowFunctions.Jobs;
using SparrowFunctions.Results;

namespace SparrowFunctions.Callbacks;

/// <summary>What a receiver is sent, in the form of Standard Webhooks.</summary>
/// <param name="Type"><c>job.</c> and the state that the job ended in.</param>
/// <param name="Timestamp">When it ended.</param>
/// <param name="Data">Its document, without Sparrow's response and with a long answer cut.</param>
public sealed record CallbackBody(string Type, DateTimeOffset Timestamp, JobDocument Data)
{
    /// <summary>The body for a job that has ended. Pure.</summary>
    public static CallbackBody Of(Job job, JobDocument document) => new(
        $"job.{job.State.Name()}",
        job.EndedAt ?? job.CreatedAt,
        document with { Response = null, Answer = document.Answer is { } answer ? ShortAnswer.Of(answer, job.Id) : null });
}
