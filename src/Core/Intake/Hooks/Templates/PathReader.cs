using System.Globalization;

namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>
/// Reads a path such as <c>issue.title</c>, <c>commits[0].message</c>, <c>['a name']</c>, <c>headers.x-github-event</c>, or <c>$</c> for the whole body.
/// Used once.
/// </summary>
/// <param name="text">The template.</param>
/// <param name="start">Where the path begins in it.</param>
/// <param name="end">Where it ends.</param>
internal sealed class PathReader(string text, int start, int end)
{
    private const string Headers = "headers.";

    // What proves the sender to us must not be sent on to others
    private static readonly string[] Secrets = ["authorization", "proxy-authorization", "cookie", "x-functions-key", "x-functions-clientid"];

    private readonly List<PathStep> _steps = [];
    private readonly int _start = start;
    private TemplateProblem _problem;
    private int _at = start;

    /// <summary>Reads the path.</summary>
    /// <returns>The path, or null with what is wrong.</returns>
    public ValuePath? Read(out TemplateProblem problem)
    {
        var whole = text[_start..end];
        var path = whole.StartsWith(Headers, StringComparison.Ordinal) ? ReadHeader(whole) : ReadSteps() ? new ValuePath(whole, null, _steps) : null;
        problem = _problem;
        return path;
    }

    private ValuePath? ReadHeader(string whole)
    {
        var name = whole[Headers.Length..];
        _at = _start + Headers.Length;
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            Wrong("After headers. no name of a header follows.", "Write for example headers.x-github-event; a field headers of the body is $.headers.");
        else if (Secrets.Contains(name, StringComparer.OrdinalIgnoreCase))
            Wrong($"The header {name} holds a secret, which may not be sent on.", "Name another header.");
        else
            return new ValuePath(whole, name, []);
        return null;
    }

    private bool ReadSteps()
    {
        if (_at == end)
            return Wrong("The placeholder is empty.", "Write a path into the body, for example {{issue.title}}, or {{$}} for the whole body.");
        if (text[_at] == '$')
            _at++;
        else if (text[_at] != '[' && !ReadName())
            return false;
        while (_at < end)
        {
            if (text[_at] == '.')
            {
                _at++;
                if (!ReadName())
                    return false;
            }
            else if (text[_at] != '[')
            {
                return Wrong($"'{text[_at]}' can't stand in a path here.", "Join names by dots, write numbers of items as [0], and other names as ['the name'].");
            }
            else if (!ReadBracket())
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadName()
    {
        var from = _at;
        while (_at < end && text[_at] is not ('.' or '[' or ']' or '\'' or '"' or '$' or '!' or '{' or '}') && !char.IsWhiteSpace(text[_at]))
            _at++;
        if (_at == from)
            return Wrong("A name is missing in the path.", "Write for example issue.title; a name with dots, brackets, quotes or spaces as ['the name'].");
        _steps.Add(new PathStep(text[from.._at]));
        return true;
    }

    private bool ReadBracket()
    {
        var from = _at++;
        var isQuoted = _at < end && text[_at] is '\'' or '"';
        var close = isQuoted ? text.IndexOf(text[_at], _at + 1, end - _at - 1) + 1 : text.IndexOf(']', _at, end - _at);
        var isClosed = close > 0 && close < end && text[close] == ']';
        var inside = isClosed ? text[_at..close] : "";
        if (isQuoted && isClosed)
            _steps.Add(new PathStep(inside[1..^1]));
        else if (isClosed && int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            _steps.Add(new PathStep(null, index));
        else
            return Wrong("The brackets hold no number and no name in quotes.", "Write [0] for the first item, or ['the name'].", from);
        _at = close + 1;
        return true;
    }

    private bool Wrong(string problem, string remedy, int? at = null)
    {
        _problem = new(1 + (at ?? _at), problem, remedy);
        return false;
    }
}
