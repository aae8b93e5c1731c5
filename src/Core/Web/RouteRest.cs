using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SparrowFunctions.Web;

/// <summary>The rest of an address that holds any text, slashes too.</summary>
internal static class RouteRest
{
    /// <summary>The text after a part of the route, decoded once. The route's own value keeps escaped slashes as they were sent, so the address itself is read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="after">The part of the route before it, for example <c>/conversations/</c>.</param>
    /// <param name="value">The route's own value, for a server that does not tell the address.</param>
    public static string Read(HttpRequest request, string after, string value)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var path = target.Split('?', 2)[0];
        var start = path.StartsWith('/') ? path.IndexOf(after, StringComparison.OrdinalIgnoreCase) : -1;
        return start < 0
            ? value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            : Uri.UnescapeDataString(path[(start + after.Length)..]);
    }
}
