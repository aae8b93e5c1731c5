using System.Globalization;

namespace SparrowFunctions.Callbacks;

/// <summary>How far the telling of an event has come; none as long as nothing was tried. It lies in the metadata of the event's body.</summary>
/// <param name="State">How far.</param>
/// <param name="Round">In which round of tries.</param>
/// <param name="At">Since when.</param>
/// <param name="Reason">Why it failed, if it did.</param>
public sealed record CallbackMark(CallbackState State, int Round, DateTimeOffset At, string Reason)
{
    /// <summary>Whether it ended in a dead letter.</summary>
    public bool IsDead => State is CallbackState.GivenUp or CallbackState.Refused;

    /// <summary>Whether nothing more is to be done for a message of a round.</summary>
    public bool Settles(int round) => State switch
    {
        CallbackState.Delivered or CallbackState.Gone => true,
        CallbackState.GivenUp or CallbackState.Refused => round <= Round,
        _ => false,
    };

    internal IDictionary<string, string> ToMetadata() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["state"] = State.ToString(),
        ["round"] = Round.ToString(CultureInfo.InvariantCulture),
        ["at"] = At.ToString("O", CultureInfo.InvariantCulture),
        ["reason"] = Uri.EscapeDataString(Reason),
    };

    internal static CallbackMark? Read(IDictionary<string, string> metadata) => metadata.TryGetValue("state", out var state)
        ? new CallbackMark(
            Enum.Parse<CallbackState>(state),
            int.Parse(metadata["round"], CultureInfo.InvariantCulture),
            DateTimeOffset.Parse(metadata["at"], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
            Uri.UnescapeDataString(metadata["reason"]))
        : null;
}

/// <summary>How far the telling of an event may have come.</summary>
public enum CallbackState
{
    /// <summary>It was tried, and is on its way to the next try.</summary>
    Retrying,

    /// <summary>It is told.</summary>
    Delivered,

    /// <summary>The receiver wants to hear no more.</summary>
    Gone,

    /// <summary>Every try failed; it is a dead letter.</summary>
    GivenUp,

    /// <summary>Its address must not be called; it is a dead letter.</summary>
    Refused,
}
