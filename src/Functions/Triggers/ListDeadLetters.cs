using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/deadletters</c>: what could not be done, newest first.</summary>
public sealed class ListDeadLetters(DeadLetterRequests letters)
{
    /// <summary>200 with a page.</summary>
    [Function(nameof(ListDeadLetters))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "deadletters")] HttpRequest request, CancellationToken cancellationToken) =>
        letters.ListAsync(request, cancellationToken);
}
