using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>DELETE /api/jobs/{id}</c>: calls a job off.</summary>
public sealed class CancelJob(JobRequests jobs)
{
    /// <summary>200, or 409 when it has ended.</summary>
    [Function(nameof(CancelJob))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "jobs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        jobs.CancelAsync(request, id, cancellationToken);
}
