using System.Text.RegularExpressions;

namespace SparrowFunctions.Perf;

/// <summary>A line of Azurite's access log, named by what it does.</summary>
/// <param name="Name">Service, place and deed, for example <c>table jobs: merge</c>; refused ones end with their status.</param>
/// <param name="Path">The path behind the account's name.</param>
/// <param name="Succeeded">True when it was not refused.</param>
internal sealed partial record StorageOperation(string Name, string Path, bool Succeeded)
{
    private static readonly HashSet<string> Tables = ["jobs", "turns", "attachments", "deadletters", "gates", "raw"];

    /// <summary>Reads a line; null when it is none of the access log.</summary>
    public static StorageOperation? Parse(string line)
    {
        if (Line().Match(line) is not { Success: true } match) return null;
        var (method, path, query) = (match.Groups["method"].Value, match.Groups["path"].Value, match.Groups["query"].Value);
        var status = match.Groups["status"].Value;
        var succeeded = status[0] is '2' or '3';
        var name = Table(method, path) ?? Queue(method, path, query) ?? Blob(method, path, query);
        return new StorageOperation(succeeded ? name : $"{name} ({status})", path, succeeded);
    }

    private static string? Table(string method, string path)
    {
        if (path == "$batch") return "table: batch";
        if (path.StartsWith("Tables", StringComparison.Ordinal)) return "table: create";
        var bracket = path.IndexOf('(', StringComparison.Ordinal);
        var table = bracket < 0 ? path : path[..bracket];
        if (!Tables.Contains(table)) return null;
        return $"table {table}: " + (method, path.EndsWith("()", StringComparison.Ordinal)) switch
        {
            ("POST", _) => "insert",
            ("PATCH" or "MERGE", _) => "merge",
            ("GET", false) when bracket > 0 => "read",
            ("GET", _) => "query",
            _ => Verb(method),
        };
    }

    private static string? Queue(string method, string path, string query) => path.Split('/') switch
    {
        [var queue, "messages"] => $"queue {queue}: " + (method, query.Contains("peekonly=true", StringComparison.Ordinal)) switch
        {
            ("POST", _) => "send",
            ("GET", true) => "peek",
            ("GET", false) => "receive",
            _ => Verb(method),
        },
        [var queue, "messages", _] => $"queue {queue}: " + (method == "PUT" ? "push forward" : Verb(method)),
        _ => null,
    };

    private static string Blob(string method, string path, string query)
    {
        var parts = path.Split('/');
        var deed = query.Contains("comp=", StringComparison.Ordinal) ? $"{Verb(method)} {Component().Match(query).Groups["comp"].Value}" : Verb(method);
        return parts switch
        {
            [var container] => $"{container}: {deed}",
            [var container, .., "result.json" or "answer.md"] => $"blob {container}/…/{parts[^1]}: {deed}",
            [var container, var only] => $"blob {container}/{only}: {deed}",
            [var container, var folder, ..] => $"blob {container}/{folder}/…: {deed}",
            _ => deed,
        };
    }

    private static string Verb(string method) => method.ToLowerInvariant();

    [GeneratedRegex(
        """ "(?<method>[A-Z]+) /[^/?" ]+/?(?<path>[^?" ]*)(\?(?<query>[^" ]*))? HTTP/[0-9.]+" (?<status>\d{3}) """,
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    [GeneratedRegex("comp=(?<comp>[a-z]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Component();
}
