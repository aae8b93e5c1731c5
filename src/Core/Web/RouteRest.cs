namespace SparrowFunctions.Web;

/// <summary>The rest of a path, behind a part of its route.</summary>
internal static class RouteRest
{
    /// <summary>
    /// The rest as the server decoded it. Slashes at its ends and doubled ones are dropped, as the Functions host drops them. The route's own
    /// value is not asked for: hosts differ in it, but the path is the same in all of them.
    /// </summary>
    /// <param name="path">The value of the request's path; no <c>PathString</c>, which would decode a text once more.</param>
    /// <param name="after">The part of the route before it, for example <c>/conversations/</c>.</param>
    public static string Read(string? path, string after)
    {
        var text = path ?? "";
        var start = text.IndexOf(after, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? "" : string.Join('/', text[(start + after.Length)..].Split('/', StringSplitOptions.RemoveEmptyEntries));
    }
}
