using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/jobs</c>: the jobs, newest first.</summary>
public sealed class ListJobs(JobRequests jobs)
{
    /// <summary>200 with a page.</summary>
    [Function(nameof(ListJobs))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs")] HttpRequest request, CancellationToken cancellationToken) =>
        jobs.ListAsync(request, cancellationToken);
}
