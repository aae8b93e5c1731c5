namespace SparrowFunctions.Callbacks;

/// <summary>What came of one try to tell an event.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Reason">The same in words; our own, never the receiver's.</param>
/// <param name="RetryAfter">The wait that the receiver asked for, if it did.</param>
public sealed record CallbackAnswer(CallbackAnswerKind Kind, string Reason, TimeSpan? RetryAfter = null);

/// <summary>What an answer means.</summary>
public enum CallbackAnswerKind
{
    /// <summary>2xx: it is told.</summary>
    Delivered,

    /// <summary>410: nobody wants to be told there any more.</summary>
    Gone,

    /// <summary>Anything else, or no answer at all: may be told later.</summary>
    Failed,

    /// <summary>The address is one that must not be called.</summary>
    Forbidden,
}
