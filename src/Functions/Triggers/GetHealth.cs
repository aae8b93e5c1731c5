namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/health</c>: whether storage answers and work flows; open to all, since it tells nothing secret.</summary>
public sealed class GetHealth(Health health)
{
    /// <summary>200, or 503 when storage can't be reached.</summary>
    [Function(nameof(GetHealth))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request, CancellationToken cancellationToken) =>
        health.AnswerAsync(cancellationToken);
}
