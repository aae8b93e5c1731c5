using System.Text;
using System.Text.RegularExpressions;
using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Results;

/// <summary>What lies beside a dropped file when its job has ended: the job's document with links that work from there, and a page to read. Pure.</summary>
internal static partial class OutcomeText
{
    /// <summary>The document with its links leading to <c>{file}.files/…</c>.</summary>
    /// <param name="document">The job's document.</param>
    /// <param name="outcome">The outcome's path without its ending.</param>
    public static JobDocument Relinked(JobDocument document, string outcome)
    {
        if (document.Files.Count == 0)
            return document;

        var folder = FilesFolder(outcome);
        var urls = document.Files.Select(file => file.Url).ToHashSet(StringComparer.Ordinal);
        return document with
        {
            Answer = document.Answer is { } answer
                ? Links().Replace(answer, link => urls.Contains(link.Groups["url"].Value) ? link.Groups["before"].Value + Relinked(folder, link.Groups["url"].Value) : link.Value)
                : null,
            Files = [.. document.Files.Select(file => file with { Url = Relinked(folder, file.Url) })],
        };
    }

    /// <summary>The page: the answer as it came, or why there is none and what to do.</summary>
    /// <param name="document">The document, relinked.</param>
    /// <param name="source">What was dropped.</param>
    public static string Page(JobDocument document, DropSource source)
    {
        if (document.Answer is { Length: > 0 } answer)
            return answer;

        var page = new StringBuilder();
        if (document.State == "succeeded")
        {
            page.Append("The answer has no text, only files:\n\n");
            foreach (var file in document.Files)
                page.Append("- [").Append(Plain(file.Name)).Append("](").Append(file.Url).Append(")\n");
            return page.ToString();
        }

        page.Append("# ").Append(Plain(DropPath.Title(source.Path))).Append(" was not analysed\n\n");
        page.Append("**Why:** ").Append(document.Reason ?? "No reason was recorded.").Append("\n\n");
        page.Append("**What to do:** ").Append(Remedy(document, DropPath.IsReady(source.Path))).Append("\n\n");
        if (document.PossiblyBilled > 0)
            page.Append("Calls that may have cost points for nothing: ").Append(document.PossiblyBilled).Append(".\n\n");
        page.Append("State: ").Append(document.State).Append(document.Kind is null ? "" : $" ({document.Kind})").Append(". Job: ").Append(document.Id).Append('\n');
        return page.ToString();
    }

    private static string Remedy(JobDocument document, bool isFolder)
    {
        var again = isFolder ? $"write {DropPath.ReadyFile} again" : "drop the file again";
        return (document.State, document.Kind) switch
        {
            ("cancelled", _) => $"Somebody called it off. To have it analysed after all, {again}.",
            ("unknown", _) => $"A call may have been made and paid for, and what came of it is not known. To ask once more, send POST /api/jobs/{document.Id}/retry.",
            (_, "rejected") when document.Attempts.Count == 0 => $"Put right what is named above. The app looks again by itself, ever more rarely, for a day; to have it looked at now, {again}.",
            (_, "rejected") => $"Put right what is named above, then {again}.",
            _ => $"Send POST /api/jobs/{document.Id}/retry, or {again}.",
        };
    }

    private static string FilesFolder(string outcome) => Uri.EscapeDataString(outcome[(outcome.LastIndexOf('/') + 1)..]) + ".files/";

    private static string Relinked(string folder, string url) => folder + url[(url.IndexOf('/', StringComparison.Ordinal) + 1)..];

    // A name is shown as it is, not as Markdown
    private static string Plain(string text) => Marks().Replace(text, @"\$0");

    // The targets that a saved file's link was written to: (target), <target> and reference definitions
    [GeneratedRegex(
        @"(?<before>\]\(\s*<?|<|^[ ]{0,3}\[[^\]\n]+\]:[ \t]*)(?<url>files/[A-Za-z0-9._~%-]+)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Links();

    [GeneratedRegex(@"[\\`*_{}\[\]<>()#!|]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marks();
}
