using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>PUT /api/gate</c>: holds all calls back, or lets them go again.</summary>
public sealed class SetGate(GateRequests gate)
{
    /// <summary>200.</summary>
    [Function(nameof(SetGate))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "gate")] HttpRequest request, CancellationToken cancellationToken) =>
        gate.PutAsync(request, cancellationToken);
}
