using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>POST /api/deadletters/{id}/retry</c>: sends one dead letter again.</summary>
public sealed class RetryDeadLetter(DeadLetterRequests letters)
{
    /// <summary>202.</summary>
    [Function(nameof(RetryDeadLetter))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "deadletters/{id}/retry")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        letters.RetryAsync(request, id, cancellationToken);
}
