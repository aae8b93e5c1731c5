using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparrowFunctions.Jobs;

/// <summary>A job's attempts as they lie in one column, which holds 32 Ki characters at most: however long a job's history, its row can be written.</summary>
internal static class AttemptsColumn
{
    /// <summary>Longest text that is written; some of the column is left free.</summary>
    public const int MaxLength = 30_000;

    private const int ShortReason = 60;
    private const int MostKept = 100;

    private static readonly JobJson Json = new(new JsonSerializerOptions(JobJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The attempts as text. Where it grows too long the reasons of all but the last are cut, then the oldest attempts go.</summary>
    public static string Write(IReadOnlyList<Attempt> attempts)
    {
        var text = Serialize(attempts);
        if (text.Length <= MaxLength)
            return text;

        Attempt[] brief = [.. attempts.SkipLast(1).Select(Brief), attempts[^1]];
        for (var kept = Math.Min(brief.Length, MostKept); ; kept /= 2)
        {
            text = Serialize(brief[^kept..]);
            if (text.Length <= MaxLength || kept <= 1)
                return text;
        }
    }

    /// <summary>The attempts of a text.</summary>
    public static IReadOnlyList<Attempt> Read(string text) => JsonSerializer.Deserialize(text, JobJson.Default.IReadOnlyListAttempt)!;

    private static string Serialize(IReadOnlyList<Attempt> attempts) => JsonSerializer.Serialize(attempts, Json.IReadOnlyListAttempt);

    private static Attempt Brief(Attempt attempt) =>
        attempt.Reason is { Length: > ShortReason } reason ? attempt with { Reason = reason[..ShortReason] + "…" } : attempt;
}
