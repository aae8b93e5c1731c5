using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Web;

/// <summary>A dead letter in a list.</summary>
/// <param name="Id">Its id, to send it again by.</param>
/// <param name="JobId">Its job; null for a message that made none.</param>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Original">What was sent; null when it is long.</param>
/// <param name="OriginalBlob">Where a long one lies, as container/path.</param>
/// <param name="At">When it failed.</param>
/// <param name="RedrivenAt">When it was sent again; null when it was not.</param>
public sealed record DeadLetterDocument(
    string Id, string? JobId, string Kind, string Reason, string Source, string? Original, string? OriginalBlob, DateTimeOffset At, DateTimeOffset? RedrivenAt)
{
    /// <summary>The document of a letter.</summary>
    public static DeadLetterDocument Of(KeptLetter letter) => new(
        letter.Id, letter.JobId, letter.Kind.Name(), letter.Reason, letter.Source, letter.Original, letter.OriginalBlob, letter.At, letter.RedrivenAt);
}

/// <summary>A page of dead letters, newest first.</summary>
/// <param name="Items">The letters.</param>
/// <param name="Continuation">What to ask for the next page with; null when this is the last.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetterDocument> Items, string? Continuation);

/// <summary>How much was sent again.</summary>
/// <param name="Count">How many letters or jobs.</param>
public sealed record SentAgain(int Count);
