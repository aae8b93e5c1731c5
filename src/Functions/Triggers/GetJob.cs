using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/jobs/{id}</c>: how a job stands.</summary>
public sealed class GetJob(JobRequests jobs)
{
    /// <summary>200 with its document, or 304.</summary>
    [Function(nameof(GetJob))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        jobs.GetAsync(request, id, cancellationToken);
}
