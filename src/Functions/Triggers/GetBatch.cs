using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/batches/{name}</c> or <c>?name=</c>: the summary of a batch.</summary>
public sealed class GetBatch(StoredFiles files)
{
    /// <summary>200, streamed.</summary>
    [Function(nameof(GetBatch))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches/{*name}")] HttpRequest request,
        CancellationToken cancellationToken) =>
        files.GetBatchAsync(request, cancellationToken);
}
