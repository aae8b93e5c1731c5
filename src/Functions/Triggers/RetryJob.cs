using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>POST /api/jobs/{id}/retry</c>: sends a failed or unknown job again.</summary>
public sealed class RetryJob(JobRequests jobs)
{
    /// <summary>202, or 409 when it has not failed.</summary>
    [Function(nameof(RetryJob))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{id}/retry")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        jobs.RetryAsync(request, id, cancellationToken);
}
