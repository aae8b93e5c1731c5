using Microsoft.AspNetCore.Http;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Web;

/// <summary>The routes under <c>/api/jobs</c>: look, list, call off, send again.</summary>
public sealed class JobRequests(
    Answering answering, JobLedger ledger, JobList list, JobViews views, Cancellation cancellation, Redrive redrive, Continuation continuation)
{
    /// <summary><c>GET /api/jobs/{id}</c>: a job's document.</summary>
    public Task<IResult> GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience => await FindAsync(id, patience) is { } job
            ? Answers.Versioned(await views.FindAsync(job, patience), WebJson.Readable.JobDocument)
            : Missing(id),
        cancellationToken);

    /// <summary><c>GET /api/jobs</c>: a page of jobs, newest first.</summary>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience =>
        {
            var query = new ListQuery(request.Query);
            var (state, conversation, top) = (query.State(), query.Text("conversation"), query.Top());
            var name = $"jobs\n{state?.Name()}\n{conversation}";
            var after = query.After(continuation, name);
            if (query.Errors.Count > 0)
                return Answers.Bad([.. query.Errors]);

            var (jobs, next) = await list.PageAsync(state, conversation, after, top, patience);
            return Answers.Of(new JobPage([.. jobs.Select(views.Summary)], continuation.Write(next, name)), WebJson.Readable.JobPage);
        },
        cancellationToken);

    /// <summary><c>DELETE /api/jobs/{id}</c>: calls a job off. Calling it off again changes nothing.</summary>
    public Task<IResult> CancelAsync(HttpRequest request, string id, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience =>
        {
            if (!JobId.TryParse(id, out var jobId) || await cancellation.CancelAsync(jobId, patience) is not { } job)
                return Missing(id);
            return job.State == JobState.Cancelled
                ? Answers.Of(await views.FindAsync(job, patience), WebJson.Readable.JobDocument)
                : Answers.Problem(StatusCodes.Status409Conflict, $"Job {id} has ended already ({job.State.Name()}); there is nothing left to call off.");
        },
        cancellationToken);

    /// <summary><c>POST /api/jobs/{id}/retry</c>: sends a failed or unknown job again.</summary>
    public Task<IResult> RetryAsync(HttpRequest request, string id, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience =>
        {
            if (await FindAsync(id, patience) is not { } job)
                return Missing(id);
            if (!await redrive.JobAsync(job.Id, patience))
                return Answers.Problem(StatusCodes.Status409Conflict, $"Job {id} is {job.State.Name()}; only a failed or unknown job can be sent again. For another answer send its prompt with another id.");
            return Answers.Of(new AcceptedChat(id, JobState.Queued.Name(), job.Accepted.Prompt.Conversation), WebJson.Readable.AcceptedChat, StatusCodes.Status202Accepted);
        },
        cancellationToken);

    private async Task<Job?> FindAsync(string id, CancellationToken cancellationToken) =>
        JobId.TryParse(id, out var jobId) ? await ledger.FindAsync(jobId, cancellationToken) : null;

    private static IResult Missing(string id) => Answers.Missing($"There is no job {id}. Check the id; GET /api/jobs lists what there is.");
}
