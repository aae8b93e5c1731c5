using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>POST /api/hooks/{name}</c>: a webhook of another system, which becomes a job.</summary>
public sealed class OnHook(HookRequests hooks)
{
    /// <summary>202 when the job is safe in the ledger.</summary>
    [Function(nameof(OnHook))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "hooks/{name}")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        hooks.PostAsync(request, name, cancellationToken);
}
