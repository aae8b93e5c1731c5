using System.Text.Json.Nodes;

namespace SparrowFunctions.Intake.Dropped;

/// <summary>
/// Reads a <c>_prompt.md</c>: its text is the prompt, and YAML front matter between two lines of three dashes may hold the other fields of a
/// prompt, under the same rules and in the same words. Pure.
/// </summary>
public static class PromptFile
{
    private const string Fence = "---";
    private const string Together = "together";

    // The prompt's reader wants a text; whether there is one is decided here
    private const string NoText = "-";

    private static readonly (string Field, string Problem, string Remedy)[] Senseless =
    [
        ("id", "can't be set for dropped files: each version of a file has an id of its own.", "Remove it."),
        ("promptBlob", "has no place here: this file is the prompt.", "Write the text below the front matter."),
        ("messages", "has no place here: this file is the prompt.", "Write the text below the front matter."),
    ];

    /// <summary>Reads the file's text.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="rejection">Everything that is wrong with it, when it can't be used.</param>
    /// <returns>What it asks for, or null when it can't be used.</returns>
    public static DropInstructions? Read(string text, out Rejection? rejection)
    {
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        if (lines[0].TrimEnd() != Fence)
        {
            rejection = null;
            return new DropInstructions(new Prompt { Text = TextOf(lines) }, Together: false);
        }

        var end = Array.FindIndex(lines, 1, line => line.TrimEnd() is Fence or "...");
        if (end < 0)
        {
            rejection = new Rejection("", "The front matter does not end.", "Close it with a line of three dashes, and write the prompt below.");
            return null;
        }

        return FrontMatter.Read(string.Join('\n', lines[1..end]), out rejection) is { } fields ? Read(fields, TextOf(lines[(end + 1)..]), out rejection) : null;
    }

    private static DropInstructions? Read(JsonObject fields, string? text, out Rejection? rejection)
    {
        var problems = Senseless.Where(each => fields.Remove(each.Field)).Select(each => new FieldProblem(each.Field, each.Problem, each.Remedy)).ToList();
        var together = TogetherOf(fields, problems);
        if (text is not null && fields.ContainsKey("prompt"))
            problems.Add(new FieldProblem("prompt", "stands in the front matter although there is a text below it.", "Keep one of them."));
        var own = text ?? (fields.ContainsKey("prompt") ? null : NoText);
        if (own is not null)
            fields["prompt"] = own;

        var prompt = PromptReader.ReadJson(fields.ToJsonString(), out rejection);
        if (prompt is { Mode: "free" })
            problems.Add(new FieldProblem("mode", "is free, in which no files can be attached.", "Use standard or concurrent, or leave it out."));
        problems.AddRange(rejection?.Problems ?? []);
        rejection = problems.Count == 0 ? null : new Rejection(problems);
        return rejection is null ? new DropInstructions(prompt! with { Text = own == NoText ? null : prompt.Text }, together) : null;
    }

    private static bool TogetherOf(JsonObject fields, List<FieldProblem> problems)
    {
        if (!fields.TryGetPropertyValue(Together, out var value))
            return false;
        fields.Remove(Together);
        if (value is JsonValue flag && flag.TryGetValue<bool>(out var together))
            return together;
        problems.Add(new FieldProblem(Together, "must be true or false.", "Send it without quotes."));
        return false;
    }

    private static string? TextOf(string[] lines) => string.Join('\n', lines).Trim() is { Length: > 0 } text ? text : null;
}
