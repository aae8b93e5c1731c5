namespace SparrowFunctions.Conversations;

/// <summary>What came of one try to get in line or to take the word.</summary>
/// <param name="Entry">How the turn stands; null where somebody else changed the conversation first.</param>
/// <param name="Present">The conversation as that somebody has left it, where it is known.</param>
/// <param name="IsTaken">Whether the turn's row was there already.</param>
public readonly record struct Step(Entry? Entry, Head? Present, bool IsTaken);
