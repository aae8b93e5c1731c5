using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Conversations;
using SparrowFunctions.Files;
using SparrowFunctions.Files.Uploads;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Jobs.Permits;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Sparrow.Downloads;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>The end of a job: its result is written, then the ledger says that it ended, then come the steps that any later delivery may repeat.</summary>
public sealed partial class JobEnding(
    JobLedger ledger,
    Worker worker,
    ResultStore results,
    GeneratedFiles generatedFiles,
    JobCall call,
    Floor floor,
    DeadLetters deadLetters,
    DropOutcomes outcomes,
    EndedJobs endedJobs,
    CallbackOutbox callbacks,
    WaitingRoom room,
    EndedRows endedRows,
    SparrowMetrics metrics,
    IOptions<SparrowOptions> sparrow,
    IOptions<ResultsOptions> resultsOptions,
    TimeProvider time,
    ILogger<JobEnding> logger) : IDisposable
{
    private const int MostTries = 5;

    // Many answers often come together. Written a few at a time the first jobs end early and make room for the next prompts, where all at once would end
    // late together; nobody waits longer than a moment for it, whatever storage does.
    private const int MostWritten = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly PermitPool _places = new(MostWritten, time);

    private const string CalledOff = "Called off before it ran.";

    private const string CalledOffLate = "Called off while its call was under way.";

    private const string Strayed = "Sparrow answered in another conversation than was asked; the next turn begins anew from the stored turns.";

    /// <summary>
    /// Whether a response is safe as soon as its result is written: it has a text and no files to be fetched first, and the job is still held for
    /// certain. Any other is kept by itself before anything else is done with it.
    /// </summary>
    public bool StoresAtOnce(Claim claim, ChatResponse response) =>
        !FileSources.Of(response).Any(source => source.Url is not null) && worker.Stands(claim.Hold) && AnswerPicker.Pick(response).Text is not null;

    /// <summary>Ends a job that was answered: saves its files, writes its result, frees its conversation.</summary>
    /// <returns>Who is to go on in the conversation.</returns>
    public async Task<NextTurn?> SucceedAsync(Claim claim, ChatResponse response, ResponseVerdict verdict)
    {
        // Once more if somebody gave up on this very call meanwhile: its answer ends the job all the same
        (Job Ended, JobDocument Document, Session? Session)? answered = null;
        for (var tries = 0; tries < MostTries && await MineAsync(claim, isSure: tries == 0) is { } job; tries++)
        {
            answered = await AnsweredAsync(claim, job, response, verdict);
            if (await EndAsync(claim with { Job = answered.Value.Ended }, answered.Value.Document, answered.Value.Session) is not { End: { } end })
                continue;

            // The answer came after the job had been given up: nobody need send its dead letter again
            if (job.State is JobState.Failed or JobState.Unknown)
                await deadLetters.MarkRedrivenAsync(DeadLetters.RowKey(Letter(job)), time.GetUtcNow(), CancellationToken.None);
            return end.Next;
        }

        if (await ledger.FindAsync(claim.Job.Id, CancellationToken.None) is { State: JobState.Cancelled } cancelled && cancelled.Claim == claim.Job.Claim)
            return await CancelAnsweredAsync(cancelled, answered ?? await AnsweredAsync(claim, cancelled, response, verdict));
        await results.KeepAnswerAsync(claim.Job, claim.AnsweredBy ?? claim.Job.Tried, response.Raw, CancellationToken.None);
        return await LoseAsync(claim.Job);
    }

    /// <summary>Ends a job that is not tried again: failed, or unknown and held.</summary>
    /// <returns>The end, or null when an answer of that very call has arrived after all: then it has not failed.</returns>
    public async Task<Ended?> FailAsync(Claim claim)
    {
        var ended = claim.Job with { EndedAt = time.GetUtcNow(), Sending = false };
        var (end, isAnswered) = await EndAsync(claim with { Job = ended }, Document(ended) with { Warnings = Warnings(ended) }, session: null);
        return isAnswered ? null : end ?? new Ended(await LoseAsync(claim.Job));
    }

    /// <summary>Ends a job that can never run.</summary>
    /// <returns>Who is to go on in the conversation.</returns>
    public async Task<NextTurn?> RefuseAsync(Claim claim, string reason) =>
        (await FailAsync(claim with { Job = claim.Job with { State = JobState.Failed, Kind = FailureKind.Rejected, Reason = reason } }))?.Next;

    /// <summary>Ends a job that its sender called off, for everybody who still has to do with it.</summary>
    /// <returns>The job, or null when it was changed meanwhile: then it has to be looked at again.</returns>
    public async Task<Job?> CancelAsync(Job job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cancelled = job with { State = JobState.Cancelled, EndedAt = now, NextAttemptAt = null, Kind = null, Reason = job.Sending ? CalledOffLate : CalledOff };

        // Whether the call under way is answered is not known yet; if it is, that is put right then
        if (job.Sending)
            cancelled = cancelled.WithAttempt(job.Attempts[^1] with { Reason = CalledOffLate, PossiblyBilled = call.IsPaid(job) });
        if (await ledger.UpdateAsync(cancelled, cancellationToken) is not { } written)
            return null;
        if (job.Sending && call.IsPaid(job))
            metrics.CallPossiblyBilled();
        metrics.JobEnded(written.State.Name(), null);
        Log.Ended(logger, written.Id, written.State.Name(), written.Attempts.Count, "none");
        return written;
    }

    /// <summary>Ends a job without a call, since what it depends on has failed: no failure of its own, so it makes no dead letter.</summary>
    /// <returns>Who is to go on in the conversation.</returns>
    public async Task<NextTurn?> SkipAsync(Claim claim, string reason) =>
        (await FailAsync(claim with { Job = claim.Job with { State = JobState.Cancelled, Kind = null, Reason = reason } }))?.Next;

    /// <summary>The steps after the end. Each may be repeated without harm, and every later delivery of an ended job repeats them all.</summary>
    /// <returns>The turn that comes next in the conversation.</returns>
    public Task<NextTurn?> TailAsync(Job job, CancellationToken cancellationToken) => TailAsync(job, null, null, null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    // The call was under way when the job was called off: what it brought is paid for, and stored
    private async Task<NextTurn?> CancelAnsweredAsync(Job cancelled, (Job Ended, JobDocument Document, Session?) answered)
    {
        var job = cancelled.Knowing(answered.Ended) with { Sending = false };
        var document = answered.Document with { State = job.State.Name(), Reason = job.Reason, EndedAt = job.EndedAt };
        await results.WriteCancelledAsync(job, document, CancellationToken.None);
        return await TailAsync(await ledger.UpdateAsync(job, CancellationToken.None) ?? cancelled, CancellationToken.None);
    }

    private async Task<(Job Ended, JobDocument Document, Session? Session)> AnsweredAsync(Claim claim, Job job, ChatResponse response, ResponseVerdict verdict)
    {
        var wanted = job.Accepted.Prompt.WantFiles ?? resultsOptions.Value.SaveFiles;
        var saved = wanted
            ? await generatedFiles.SaveAsync(job.Id, response, verdict.Answer.Text, claim.Invocation.Spare, CancellationToken.None)
            : new SavedFiles(verdict.Answer.Text, [], []);
        var now = time.GetUtcNow();
        var number = claim.AnsweredBy ?? job.Tried;
        var answered = job.AttemptOf(number) with { EndedAt = now, Status = 200, Kind = null, Reason = null, PossiblyBilled = false };
        if (job.Attempts[^1] is { EndedAt: null } last && last.N != number)
        {
            // An earlier call answers for a worker that died during a later one: what that one cost is not forgotten
            job = job.WithAttempt(last.FailedBy(call.OutcomeUnknown(job), now));
            metrics.OutcomeUnknown();
            if (call.IsPaid(job))
                metrics.CallPossiblyBilled();
        }

        var ended = job.WithAttempt(answered) with { State = JobState.Succeeded, EndedAt = now, Sending = false, Kind = null, Reason = null };
        var strayed = answered.WentOnIn is { } asked && response.ConversationId != asked;
        var document = Document(ended) with
        {
            Answer = saved.Answer,
            ConversationId = response.ConversationId,
            MessageId = response.MessageId,
            Files = saved.Files,
            Warnings = [.. Warnings(ended), .. verdict.Warnings, .. strayed ? [Strayed] : (string[])[], .. saved.Warnings],
            Response = response.Raw,
        };
        return (ended, document, strayed ? null : Session(ended, document, now));
    }

    // Null where another was first: with the result, or with the ledger
    private async Task<(Ended? End, bool IsAnswered)> EndAsync(Claim claim, JobDocument document, Session? session)
    {
        var job = claim.Job;
        Job? ended;
        using (_places.TryTake() ?? await _places.TakeAsync(Lane.Fresh, Patience))
        {
            var conflict = await results.WriteAsync(job, document, () => MayReplaceAsync(job), CancellationToken.None);
            if (conflict != ResultConflict.None)
                return (null, conflict == ResultConflict.Answered);
            ended = await ledger.UpdateAsync(job, CancellationToken.None);
        }

        if (ended is null)
            return (null, false);

        metrics.JobEnded(job.State.Name(), job.Kind?.Name());
        Log.Ended(logger, job.Id, job.State.Name(), job.Attempts.Count, job.Kind?.Name() ?? "none");
        endedJobs.Tell(job.Id);
        return (new Ended(await TailAsync(ended, document, session, claim, CancellationToken.None)), false);
    }

    private async Task<NextTurn?> TailAsync(Job job, JobDocument? document, Session? session, Claim? claim, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Cancelled)
            await results.WriteCancelledAsync(job, Document(job) with { Warnings = Warnings(job) }, cancellationToken);
        if (job.State is JobState.Failed or JobState.Unknown)
            await deadLetters.AddAsync(Letter(job), cancellationToken);
        await endedRows.NoteAsync(job, cancellationToken);
        await outcomes.PublishAsync(job, document, cancellationToken);
        await callbacks.SendAsync(job, document, cancellationToken);
        return job.Accepted.Prompt.Conversation is null ? null : await FreeAsync(job, document, session, claim, cancellationToken);
    }

    private async Task<NextTurn?> FreeAsync(Job job, JobDocument? document, Session? session, Claim? claim, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Succeeded && document is null && await floor.FindHeldAsync(job, cancellationToken) is { } held)
        {
            // An earlier delivery ended the job and died before it freed the conversation: what was said is read back
            document = await results.FindAsync(job.Id.ToString(), cancellationToken);

            // Or a delivery that knew an old state took the word once more; others have spoken since, and nobody may go on from before them
            var isLast = held.ActiveTurn >= held.Next;
            session = !isLast || document is null || document.Warnings.Contains(Strayed, StringComparer.Ordinal) ? null : Session(job, document, job.EndedAt ?? default);
        }

        var said = document?.Answer is { } answer ? new Exchange(await SaidAsync(job), answer) : null;
        var handOn = claim?.Hold.Job != job.Id && claim?.Invocation.HasTimeFor(sparrow.Value.RequestTimeout) == true;
        return await floor.LeaveAsync(job, said, session, claim?.Head, handOn, cancellationToken);
    }

    // Whoever was cut off from storage for a lease may have been taken over: it asks before it writes a result
    private async Task<Job?> MineAsync(Claim claim, bool isSure) =>
        isSure && claim.Job.State == JobState.Running && worker.Stands(claim.Hold) ? claim.Job : await LookAsync(claim.Job);

    private async Task<Job?> LookAsync(Job job) =>
        await ledger.FindAsync(job.Id, CancellationToken.None) is { } now && now.Claim == job.Claim && now.State is not (JobState.Succeeded or JobState.Cancelled) ? now.Knowing(job) : null;

    // An answer replaces whatever end its job was given; a failure none that the ledger has
    private async Task<bool> MayReplaceAsync(Job job) => await LookAsync(job) is { } now && (job.State == JobState.Succeeded || !now.State.IsTerminal());

    // The row was changed by another, or by an earlier try of this very step whose answer was lost: if the job has ended, its tail may still be to do
    private async Task<NextTurn?> LoseAsync(Job job)
    {
        Log.Lost(logger, job.Id, job.Tried);
        if (await ledger.FindAsync(job.Id, CancellationToken.None) is { } now && now.State.IsTerminal())
            return await TailAsync(now, CancellationToken.None);
        await room.LookAgainAsync(job.Id);
        return null;
    }

    private Session? Session(Job job, JobDocument document, DateTimeOffset answeredAt) =>
        document is { ConversationId: { } conversation, MessageId: { } message }
            ? new Session(conversation, message, call.Mode(job), answeredAt + sparrow.Value.SessionHold)
            : null;

    private async Task<string> SaidAsync(Job job) =>
        job.Accepted.Prompt.Messages is { } messages ? messages[^1].Content : (await call.TextAsync(job)).Text ?? "";

    private JobDocument Document(Job job) => JobDocuments.Of(job, sparrow.Value.Model);

    private static string[] Warnings(Job job) =>
    [
        .. job.Warning is { } warning ? [warning] : (string[])[],
        .. job.Accepted.Files.Count > FileUploads.SurelyTaken ? [$"{job.Accepted.Files.Count} files were attached; more than {FileUploads.SurelyTaken} in one message may not all have been looked at."] : (string[])[],
    ];

    private static DeadLetter Letter(Job job) => new(
        job.Id.ToString(),
        job.Kind ?? FailureKind.Transient,
        job.Reason ?? "No reason was recorded.",
        job.Source,
        PromptWriter.Write(job.Accepted.Prompt with { Id = job.Id.ToString() }),
        job.EndedAt ?? job.CreatedAt,
        $"{job.Id}/{job.Tried}");

    private static partial class Log
    {
        [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Job {JobId} {State} after {Attempts} attempt(s), last failure: {Kind}")]
        public static partial void Ended(ILogger logger, JobId jobId, string state, int attempts, string kind);

        [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Job {JobId} was changed by another during attempt {Attempt}; what that attempt brought stays with the job's answers")]
        public static partial void Lost(ILogger logger, JobId jobId, int attempt);
    }
}
