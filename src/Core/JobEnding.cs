using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Files;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>The end of a job: its result is written, then the ledger says that it ended, then come the steps that any later delivery may repeat.</summary>
public sealed partial class JobEnding(
    JobLedger ledger,
    ResultStore results,
    GeneratedFiles generatedFiles,
    DeadLetters deadLetters,
    SparrowMetrics metrics,
    IOptions<SparrowOptions> sparrow,
    IOptions<ResultsOptions> resultsOptions,
    TimeProvider time,
    ILogger<JobEnding> logger)
{
    /// <summary>Ends a job that was answered: saves its files, writes its result, frees it.</summary>
    public async Task SucceedAsync(Job job, ChatResponse response, ResponseVerdict verdict, CancellationToken cancellationToken)
    {
        var wanted = job.Accepted.Prompt.WantFiles ?? resultsOptions.Value.SaveFiles;
        var saved = wanted
            ? await generatedFiles.SaveAsync(job.Id, response, verdict.Answer.Text, cancellationToken)
            : new SavedFiles(verdict.Answer.Text, [], []);
        var now = time.GetUtcNow();
        var ended = job.WithLastAttempt(job.Attempts[^1] with { EndedAt = now, Status = 200 }) with { State = JobState.Succeeded, EndedAt = now, Sending = false };
        var document = JobDocuments.Of(ended, sparrow.Value.Model) with
        {
            Answer = saved.Answer,
            ConversationId = response.ConversationId,
            MessageId = response.MessageId,
            Files = saved.Files,
            Warnings = [.. verdict.Warnings, .. saved.Warnings],
            Response = response.Raw,
        };
        await EndAsync(ended, document, cancellationToken);
    }

    /// <summary>Ends a job that is not tried again: failed, or unknown and held.</summary>
    /// <param name="job">The job in its last state, with the failed attempt on record.</param>
    /// <param name="cancellationToken">Ends the writes; the next delivery repeats them.</param>
    public Task FailAsync(Job job, CancellationToken cancellationToken)
    {
        var ended = job with { EndedAt = time.GetUtcNow() };
        return EndAsync(ended, JobDocuments.Of(ended, sparrow.Value.Model), cancellationToken);
    }

    /// <summary>The steps after the end. Each may be repeated without harm, and every later delivery of an ended job repeats them all.</summary>
    public async Task TailAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.State is JobState.Failed or JobState.Unknown)
            await deadLetters.AddAsync(Letter(job), cancellationToken);
    }

    private async Task EndAsync(Job job, JobDocument document, CancellationToken cancellationToken)
    {
        await results.WriteAsync(document, cancellationToken);
        if (await ledger.UpdateAsync(job, cancellationToken) is not { } ended)
            throw new InvalidOperationException($"Job {job.Id} was changed by somebody else while it was held; the delivery is given back and looks again.");

        metrics.JobEnded(job.State.Name(), job.Kind?.Name());
        Log.Ended(logger, job.Id, job.State.Name(), job.Attempts.Count, job.Kind?.Name() ?? "none");
        await TailAsync(ended, cancellationToken);
    }

    private static DeadLetter Letter(Job job) => new(
        job.Id.ToString(),
        job.Kind ?? FailureKind.Transient,
        job.Reason ?? "No reason was recorded.",
        job.Source,
        PromptWriter.Write(job.Accepted.Prompt with { Id = job.Id.ToString() }),
        job.EndedAt ?? job.CreatedAt,
        $"{job.Id}/{job.Attempts.Count}");

    private static partial class Log
    {
        [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Job {JobId} {State} after {Attempts} attempt(s), last failure: {Kind}")]
        public static partial void Ended(ILogger logger, JobId jobId, string state, int attempts, string kind);
    }
}
