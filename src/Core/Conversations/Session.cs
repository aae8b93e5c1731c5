using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Conversations;

/// <summary>Where Sparrow goes on from after an answer.</summary>
/// <param name="ConversationId">Its id of the conversation.</param>
/// <param name="MessageId">Its id of the answer.</param>
/// <param name="Mode">The lane it lives in.</param>
/// <param name="HoldUntil">Until when it is relied on.</param>
public sealed record Session(string ConversationId, string MessageId, SparrowMode Mode, DateTimeOffset HoldUntil);
