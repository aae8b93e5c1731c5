using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/openapi.json</c>: the description of all routes; open to all, since it tells nothing secret.</summary>
public sealed class GetOpenApi(OpenApi openApi)
{
    /// <summary>200.</summary>
    [Function(nameof(GetOpenApi))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) => openApi.Get();
}
