using System.Text;

namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>Takes a template's text apart. Used once.</summary>
internal sealed class TemplateReader(string text)
{
    private const string Open = "{{";
    private const string Close = "}}";

    private readonly List<TemplatePart> _parts = [];
    private readonly StringBuilder _literal = new();

    /// <summary>Reads the whole text.</summary>
    public bool TryRead(out IReadOnlyList<TemplatePart> parts, out TemplateProblem problem)
    {
        parts = _parts;
        for (var at = 0; at < text.Length;)
        {
            if (StartsAt(at, "\\" + Open))
            {
                _literal.Append(Open);
                at += 1 + Open.Length;
            }
            else if (!StartsAt(at, Open))
            {
                _literal.Append(text[at++]);
            }
            else
            {
                var end = text.IndexOf(Close, at + Open.Length, StringComparison.Ordinal);
                if (end < 0)
                {
                    problem = new(at + 1, "{{ has no }} after it.", "Close the placeholder, or write \\{{ for two braces.");
                    return false;
                }

                if (!TryReadPlaceholder(at + Open.Length, end, out problem))
                    return false;
                at = end + Close.Length;
            }
        }

        EndLiteral();
        problem = default;
        return true;
    }

    private bool TryReadPlaceholder(int start, int end, out TemplateProblem problem)
    {
        var bar = PathEnd(start, end);
        var (first, last) = Trim(start, bar);
        var isRequired = last > first && text[last - 1] == '!';
        if (isRequired)
            (first, last) = Trim(first, last - 1);
        if (isRequired && bar < end)
        {
            problem = new(last + 1, "A placeholder has both ! and a text after |.", "Keep one: ! refuses deliveries without the value, the text stands in for it.");
            return false;
        }

        var path = new PathReader(text, first, last).Read(out problem);
        if (path is null)
            return false;
        EndLiteral();
        _parts.Add(new TemplatePart(bar < end ? text[(bar + 1)..end] : "", path, isRequired));
        return true;
    }

    // The bar that ends the path, not one inside of a quoted name
    private int PathEnd(int start, int end)
    {
        char? quote = null;
        for (var at = start; at < end; at++)
        {
            var c = text[at];
            if (quote is null && c == '|')
                return at;
            quote = quote is null ? (c is '\'' or '"' ? c : null) : c == quote ? null : quote;
        }

        return end;
    }

    private (int First, int Last) Trim(int first, int last)
    {
        while (first < last && char.IsWhiteSpace(text[first]))
            first++;
        while (last > first && char.IsWhiteSpace(text[last - 1]))
            last--;
        return (first, last);
    }

    private bool StartsAt(int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private void EndLiteral()
    {
        if (_literal.Length > 0)
            _parts.Add(new TemplatePart(_literal.ToString()));
        _literal.Clear();
    }
}
