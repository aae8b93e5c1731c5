using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SparrowFunctions.Web;

/// <summary>
/// The name that a request asks for, in its path or in its query. A path can't hold every name: the Functions host hands <c>%2F</c> and <c>%252F</c>
/// on as the same, an encoded slash and the text <c>%2F</c>. What can't be told apart is refused, so that nobody meets another's; the query holds any name.
/// </summary>
/// <param name="Text">The name; null when there is none or it is refused.</param>
/// <param name="Problem">Why it is refused.</param>
internal sealed record AskedName(string? Text, ProblemError? Problem = null)
{
    private static readonly AskedName None = new(Text: null);

    /// <summary>Reads it.</summary>
    /// <param name="rest">The rest of the path; empty for none.</param>
    /// <param name="query">What the query has under the parameter.</param>
    /// <param name="parameter">The parameter of the query.</param>
    /// <param name="hasFolders">Whether slashes in the path belong to the name.</param>
    public static AskedName Read(string rest, StringValues query, string parameter, bool hasFolders)
    {
        AskedName Refuse(string problem, string remedy) => new(Text: null, new ProblemError(parameter, problem, remedy));

        var inQuery = $"Send the whole of it in the query instead, percent-encoded, as ?{parameter}=…; there it can be any text.";
        if (query.Count > 0)
        {
            if (query.Count > 1 || rest.Length > 0)
                return Refuse("is given more than once.", $"Send it once, in the path or as ?{parameter}=….");
            return query.ToString() is { Length: > 0 } text ? new AskedName(text) : Refuse("is empty.", $"Send it percent-encoded, as ?{parameter}=….");
        }

        if (!hasFolders && rest.Contains('/', StringComparison.Ordinal))
            return Refuse("holds a slash that is not encoded.", inQuery);
        if (Unclear(rest) is { } sign)
            return Refuse($"holds {sign}, and in a path the app can't tell whether that is an encoded sign or the text itself.", inQuery);
        return rest.Length == 0 ? None : new AskedName(rest);
    }

    // What a server leaves encoded looks like the same text sent with %25: a slash, and bytes that are no UTF-8
    private static string? Unclear(string rest)
    {
        for (var at = rest.IndexOf('%', StringComparison.Ordinal); at >= 0 && at + 2 < rest.Length; at = rest.IndexOf('%', at + 1))
        {
            if (byte.TryParse(rest.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is (byte)'/' or >= 0x80)
                return rest.Substring(at, 3);
        }

        return null;
    }
}
