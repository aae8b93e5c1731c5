using SparrowFunctions.Intake;

namespace SparrowFunctions.Conversations;

/// <summary>Who is to go on in a conversation.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Head">The conversation when it was found.</param>
/// <param name="Turn">Its turn; null when it has the word already.</param>
/// <param name="Delay">How long it should still wait for a missing turn before it; zero when it can go on at once.</param>
/// <param name="Warning">What the reader of its result should know.</param>
/// <param name="Handed">The word as it was handed to it; null when it has to take it.</param>
public sealed record NextTurn(JobId JobId, Head Head, Turn? Turn, TimeSpan Delay, string? Warning = null, Entry? Handed = null)
{
    /// <summary>The reason of the message that asks for it to be looked at.</summary>
    public string Why => Turn is null ? "look" : Delay > TimeSpan.Zero ? "gap" : "turn";
}
