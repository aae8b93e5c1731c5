using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>
/// A text with placeholders: <c>{{path}}</c>, <c>{{path|text in its stead}}</c>, <c>{{path!}}</c> for one that must be there; <c>\{{</c> writes two braces.
/// Values are put in as they are and never read as templates themselves. Pure, and right once it is parsed.
/// </summary>
public sealed class Template
{
    /// <summary>Longest value that is put in whole, in characters; as much as GitHub takes for a description.</summary>
    public const int MaxValueLength = 65_536;

    /// <summary>Longest text that comes out, in characters; what is more is cut with a mark.</summary>
    public const int MaxLength = 131_072;

    private readonly IReadOnlyList<TemplatePart> _parts;

    private Template(IReadOnlyList<TemplatePart> parts) => _parts = parts;

    /// <summary>Reads a template, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Template? template, out TemplateProblem problem)
    {
        var reader = new TemplateReader(text);
        template = reader.TryRead(out var parts, out problem) ? new Template(parts) : null;
        return template is not null;
    }

    /// <summary>Reads a template that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Template Parse(string text) =>
        TryParse(text, out var template, out var problem) ? template : throw new FormatException($"Character {problem.Position}: {problem.Problem} {problem.Remedy}");

    /// <summary>Fills the template in.</summary>
    /// <param name="values">What its placeholders name.</param>
    /// <param name="problems">Where required values that are missing are told, and such as are no text.</param>
    public string Render(TemplateValues values, ICollection<FieldProblem> problems)
    {
        var text = new StringBuilder();
        var length = 0;
        foreach (var part in _parts)
        {
            var piece = part.Path is null ? part.Text : Value(part, part.Path, values, problems);
            length += piece.Length;
            if (text.Length <= MaxLength)
                text.Append(piece);
        }

        return length <= MaxLength ? text.ToString() : TextCut.Head(text.ToString(), MaxLength) + TextCut.Mark(MaxLength, length);
    }

    private static string Value(TemplatePart part, ValuePath path, TemplateValues values, ICollection<FieldProblem> problems)
    {
        if (!values.TryFind(path, out var value))
            problems.Add(new FieldProblem(path.Text, "holds half of a surrogate pair, which is no text.", "Send whole Unicode characters."));
        else if (value is null && part.IsRequired)
            problems.Add(new FieldProblem(path.Text, "is missing or empty, and the template of this hook requires it.", "Send it, or let the template do without: {{path|text in its stead}}."));
        return value is null ? part.Text : TextCut.Marked(value, MaxValueLength);
    }
}
