using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>
/// Decides what a failed answer means. Certain are the statuses of the vendor's own table (401, 402, 409, 415, 429, 500, 503);
/// bodies are in no source, so only the difference of the two 429s and of an unknown conversation hangs on their words.
/// </summary>
public static class ErrorClassifier
{
    /// <summary>The most of a body that is kept, in bytes of UTF-8.</summary>
    public const int BodyLimit = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <summary>The error of an answer that is no success.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="retryAfter">The header's value as received.</param>
    /// <param name="body">The body's text, perhaps cut, perhaps empty.</param>
    /// <param name="context">What was asked.</param>
    /// <param name="location">The Location header of a redirect.</param>
    public static SparrowError Classify(int status, string? retryAfter, string body, ErrorContext context, string? location = null)
    {
        var text = Capped(KeyRedaction.Apply(body, context.Key));
        var kind = Kind(status, text, context);
        return new SparrowError(
            kind,
            SparrowFault.Answered,
            status,
            KeyRedaction.Apply(Reason(status, kind, text, context, location), context.Key),
            Wait(retryAfter, text, context.Now),
            text.Length > 0 ? text : null,
            // A refusal for the model comes after a model has answered; whether it is charged is in no source.
            PossiblyBilled: kind == FailureKind.WrongModel);
    }

    /// <summary>As much of a body as is kept, cut between two characters.</summary>
    internal static string Capped(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= BodyLimit) return text;
        Utf8.FromUtf16(text, new byte[BodyLimit], out var kept, out _);
        return text[..kept];
    }

    private static FailureKind Kind(int status, string body, ErrorContext context) => status switch
    {
        401 or 402 or 403 => FailureKind.Gate,
        429 => ErrorWords.IsQuota(body) ? FailureKind.Gate : FailureKind.SlowDown,
        415 when context.IsChat => FailureKind.WrongModel,
        400 or 404 or 409 when context.ConversationId is { Length: > 0 } id && ErrorWords.NamesConversation(body, id) => FailureKind.Session,
        408 or >= 500 => FailureKind.Transient,
        _ => FailureKind.Rejected,
    };

    private static string Reason(int status, FailureKind kind, string body, ErrorContext context, string? location)
    {
        var meaning = (status, kind) switch
        {
            ( >= 300 and < 400, _) => $"a redirect{(Host(location) is { } host ? $" to {host}" : "")}, which is not followed; check the address in the settings",
            (401, _) => "the key is not accepted",
            (402, _) => "the account is out of points",
            (403, _) => "access is refused",
            (429, FailureKind.Gate) => "the quota is used up",
            (429, _) => "too many requests",
            (413, _) => "the request or file is too large",
            (415, FailureKind.WrongModel) => "the answering model was not GPT-4",
            (_, FailureKind.Session) => "the conversation is not known any more",
            (400 or 409, _) => "wrong parameters",
            (404, _) => "nothing is there",
            (408 or 504, _) => "the server gave up waiting",
            (503, _) => "overloaded",
            ( >= 500, _) => "server fault",
            _ => "the request was refused",
        };
        var words = ReasonText.FromBody(body);
        var subject = context.IsChat ? "Sparrow answered" : "The server answered";
        return words is null ? $"{subject} {status}: {meaning}." : $"{subject} {status}: {meaning} ({words}).";
    }

    private static string? Host(string? location) =>
        Uri.TryCreate(location, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address.Host : null;

    /// <summary>The longer of what header and body ask for; never negative, at most 7 days.</summary>
    internal static TimeSpan? Wait(string? retryAfter, string body, DateTimeOffset now)
    {
        var fromHeader = FromHeader(retryAfter, now);
        var fromBody = ErrorWords.ClearsIn(body);
        var longest = fromHeader is null || fromBody > fromHeader ? fromBody ?? fromHeader : fromHeader;
        if (longest is not { } wait) return null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }

    private static TimeSpan? FromHeader(string? retryAfter, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(retryAfter)) return null;
        if (double.TryParse(retryAfter, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestWait.TotalSeconds)) : null;
        }

        return DateTimeOffset.TryParse(retryAfter, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now : null;
    }
}
