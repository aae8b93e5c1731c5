using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SparrowFunctions.Web;

/// <summary>
/// The name that a request asks for, in its path or in its query. The query holds any name. A path does not: the Functions host hands an encoded slash
/// and the text <c>%2F</c> on as the same. Both are read as a slash, and the other reading stands beside it: where something has that name, the request
/// is refused and not guessed at.
/// </summary>
/// <param name="Text">The name; null when there is none or it is refused.</param>
/// <param name="Other">The name when <c>%2F</c> in the path is that very text; null when the path has none.</param>
/// <param name="Problem">Why it is refused.</param>
internal sealed record AskedName(string? Text, string? Other = null, ProblemError? Problem = null)
{
    private const string EncodedSlash = "%2F";
    private static readonly AskedName None = new(Text: null);

    /// <summary>Reads it.</summary>
    /// <param name="rest">The rest of the path; empty for none.</param>
    /// <param name="query">What the query has under the parameter.</param>
    /// <param name="parameter">The parameter of the query.</param>
    /// <param name="hasFolders">Whether slashes in the path belong to the name.</param>
    public static AskedName Read(string rest, StringValues query, string parameter, bool hasFolders)
    {
        AskedName Refuse(string problem, string remedy) => new(Text: null, Problem: new ProblemError(parameter, problem, remedy));

        if (query.Count > 0)
        {
            if (query.Count > 1 || rest.Length > 0)
                return Refuse("is given more than once.", $"Send it once, in the path or as ?{parameter}=….");
            return query.ToString() is { Length: > 0 } text ? new AskedName(text) : Refuse("is empty.", $"Send it percent-encoded, as ?{parameter}=….");
        }

        if (!hasFolders && rest.Contains('/', StringComparison.Ordinal))
            return Refuse("holds a slash that is not encoded.", $"Send a slash as {EncodedSlash}, or the whole of it percent-encoded as ?{parameter}=….");
        if (BadByte(rest) is { } sign)
            return new AskedName(Text: null, Problem: Unclear(parameter, sign, "an encoded byte"));
        if (rest.Length == 0)
            return None;
        return rest.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase)
            ? new AskedName(rest.Replace(EncodedSlash, "/", StringComparison.OrdinalIgnoreCase), Other: rest)
            : new AskedName(rest);
    }

    /// <summary>Why a name is refused when its other reading is the name of something.</summary>
    /// <param name="parameter">The parameter of the query.</param>
    public static ProblemError Ambiguous(string parameter) => Unclear(parameter, EncodedSlash, "a slash");

    private static ProblemError Unclear(string parameter, string sign, string encoded) => new(
        parameter,
        $"holds {sign}, and in a path the app can't tell whether that is {encoded} or the text itself.",
        $"Send the whole of it in the query instead, percent-encoded, as ?{parameter}=…; there it can be any text.");

    // The first byte that a server left encoded, as it is no UTF-8; the same text sent with %25 looks like it
    private static string? BadByte(string rest)
    {
        for (var at = rest.IndexOf('%', StringComparison.Ordinal); at >= 0 && at + 2 < rest.Length; at = rest.IndexOf('%', at + 1))
        {
            if (byte.TryParse(rest.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value >= 0x80)
                return rest.Substring(at, 3);
        }

        return null;
    }
}
