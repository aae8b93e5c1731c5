using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>Finds the sentence that a body means for people: in JSON, in a gateway's HTML page, in plain text, also when the body is cut.</summary>
internal static partial class ReasonText
{
    private const int Limit = 300;
    private const int LookedAt = 16 * 1024;

    /// <summary>One line of at most 300 characters, or null where the body says nothing.</summary>
    public static string? FromBody(string body)
    {
        try
        {
            return Find(body);
        }
        catch (RegexMatchTimeoutException)
        {
            return null; // a body made to be slow is not worth the wait
        }
    }

    private static string? Find(string body)
    {
        var text = body.Trim().TrimStart('\uFEFF');
        if (text.Length == 0) return null;
        if (text[0] is '{' or '[' or '"')
        {
            if (JsonText.TryParse(text, out var root)) return Line(FromJson(root));
            return Line(CutField().Match(text) is { Success: true } field ? Unescape(field.Groups["text"].Value) : text);
        }

        return Line(text[0] == '<' ? FromMarkup(text) : text);
    }

    private static string? FromJson(JsonElement root)
    {
        var detail = root.Get("detail");
        if (detail.ValueKind == JsonValueKind.Array)
        {
            var parts = detail.Items().Select(static item => item.Get("msg").Text() ?? item.Get("message").Text() ?? item.Text()).Where(static part => part is not null);
            return string.Join("; ", parts);
        }

        return root.Text()
            ?? detail.Text()
            ?? detail.Get("message").Text()
            ?? root.Get("error", "message").Text()
            ?? root.Get("error").Text()
            ?? root.Get("message").Text()
            ?? root.Get("msg").Text()
            ?? detail.Get("code").Text()
            ?? root.Get("error", "code").Text();
    }

    private static string FromMarkup(string text)
    {
        if (text.Length > LookedAt) text = text[..LookedAt];
        foreach (var pattern in new[] { Title(), Heading(), XmlMessage(), XmlCode() })
        {
            if (pattern.Match(text) is { Success: true } match && WebUtility.HtmlDecode(Tags().Replace(match.Groups["text"].Value, " ")).Trim() is { Length: > 0 } found)
            {
                return found;
            }
        }

        return WebUtility.HtmlDecode(Tags().Replace(Invisible().Replace(text, " "), " "));
    }

    private static string? Line(string? text)
    {
        if (text is null) return null;
        var line = new StringBuilder();
        foreach (var c in text)
        {
            if (line.Length > Limit) break;
            if (char.IsControl(c) || char.IsWhiteSpace(c))
            {
                if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
            }
            else
            {
                line.Append(c);
            }
        }

        if (line.Length > Limit)
        {
            line.Length = char.IsHighSurrogate(line[Limit - 2]) ? Limit - 2 : Limit - 1;
            line.Append('…');
        }

        var result = line.ToString().Trim().TrimEnd('.', '。');
        return result.Length > 0 ? result : null;
    }

    private static string Unescape(string text) => JsonText.TryParse($"\"{text}\"", out var value) ? value.Text() ?? text : text;

    [GeneratedRegex("""
        "(?:detail|message|msg|error)"\s*:\s*"(?<text>(?:\\.|[^"\\])+)
        """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CutField();

    [GeneratedRegex("<title[^>]*>(?<text>.*?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Title();

    [GeneratedRegex("<h1[^>]*>(?<text>.*?)</h1>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("<Message>(?<text>.*?)</Message>", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex XmlMessage();

    [GeneratedRegex("<Code>(?<text>.*?)</Code>", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex XmlCode();

    [GeneratedRegex(@"<(?<name>script|style)\b.*?(</\k<name>>|$)", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Invisible();

    [GeneratedRegex("<[^>]*>?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tags();
}
