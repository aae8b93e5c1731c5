using System.Text;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>One request of a .http file.</summary>
/// <param name="Title">What stands after ###.</param>
/// <param name="Method">The method.</param>
/// <param name="Url">The address, variables filled in.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body; null for none.</param>
internal sealed partial record HttpFileRequest(string Title, string Method, string Url, IReadOnlyList<(string Name, string Value)> Headers, string? Body)
{
    /// <summary>The statuses that the title promises after its arrow.</summary>
    public IReadOnlyList<int> Expected => [.. Title.Split('→')[1].Split(',').Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Reads a file: variables, comments, and requests that ### separates.</summary>
    /// <param name="text">The file.</param>
    /// <param name="variables">Variables that stand over the file's own.</param>
    public static IReadOnlyList<HttpFileRequest> ReadAll(string text, IReadOnlyDictionary<string, string> variables)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var requests = new List<HttpFileRequest>();
        foreach (var part in Separator().Split(text.ReplaceLineEndings("\n")))
        {
            var lines = part.Split('\n');
            foreach (var match in lines.Select(line => Variable().Match(line)).Where(match => match.Success))
                known[match.Groups["name"].Value] = variables.GetValueOrDefault(match.Groups["name"].Value) ?? match.Groups["value"].Value;
            if (Array.FindIndex(lines, line => Start().IsMatch(line)) is var start and > 0)
                requests.Add(Read(lines[0].Trim(), [.. lines[start..].Select(line => Use().Replace(line, match => known[match.Groups["name"].Value]))]));
        }

        return requests;
    }

    /// <summary>The request as it is sent.</summary>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Url);
        if (Body is not null)
            message.Content = new StringContent(Body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in Headers.Where(header => !header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private static HttpFileRequest Read(string title, string[] lines)
    {
        var first = lines[0].Split(' ', 2);
        var blank = Array.IndexOf(lines, "");
        var headers = lines[1..(blank < 0 ? lines.Length : blank)].Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Select(header => (header[0], header[1]));
        var body = blank < 0 ? "" : string.Join('\n', lines[blank..]).Trim();
        return new HttpFileRequest(title, first[0], first[1].Trim(), [.. headers], body.Length == 0 ? null : body);
    }

    [GeneratedRegex("^###", RegexOptions.Multiline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^@(?<name>\w+)\s*=\s*(?<value>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Variable();

    [GeneratedRegex("^(GET|POST|PUT|DELETE) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Start();

    [GeneratedRegex(@"\{\{(?<name>\w+)}}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Use();
}
