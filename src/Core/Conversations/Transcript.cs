namespace SparrowFunctions.Conversations;

/// <summary>A conversation as its rows tell it.</summary>
/// <param name="Conversation">The caller's key.</param>
/// <param name="ConversationId">Sparrow's id of the conversation; null before the first answer.</param>
/// <param name="Turns">All turns, in order.</param>
public sealed record Transcript(string Conversation, string? ConversationId, IReadOnlyList<TranscriptTurn> Turns);
