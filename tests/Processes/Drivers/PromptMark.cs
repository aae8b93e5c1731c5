using System.Text.RegularExpressions;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>Carries the job's id in the text of its prompt, so that the emulator's ledger tells which job a call was made for.</summary>
internal static partial class PromptMark
{
    /// <summary>A prompt's text that is like no other.</summary>
    public static string Text(string jobId) => $"What is the meaning of [job {jobId}]?";

    /// <summary>The id in the last mark of a text; null when it has none.</summary>
    public static string? Last(string? text) =>
        text is not null && Mark().Matches(text) is [.., var last] ? last.Groups["id"].Value : null;

    [GeneratedRegex(@"\[job (?<id>[A-Za-z0-9._-]+)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Mark();
}
