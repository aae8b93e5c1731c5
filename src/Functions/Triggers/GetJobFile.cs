using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/jobs/{id}/files/{name}</c>: a generated file.</summary>
public sealed class GetJobFile(StoredFiles files)
{
    /// <summary>200, 206 or 304, streamed.</summary>
    [Function(nameof(GetJobFile))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{id}/files/{*name}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        files.GetFileAsync(request, id, cancellationToken);
}
