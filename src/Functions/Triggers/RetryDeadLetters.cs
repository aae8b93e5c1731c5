using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>POST /api/deadletters/retry</c>: sends all dead letters again, or all of a kind.</summary>
public sealed class RetryDeadLetters(DeadLetterRequests letters)
{
    /// <summary>202 with their number.</summary>
    [Function(nameof(RetryDeadLetters))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "deadletters/retry")] HttpRequest request, CancellationToken cancellationToken) =>
        letters.RetryAllAsync(request, cancellationToken);
}
