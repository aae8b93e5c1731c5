namespace SparrowFunctions.Sparrow.Calls;

/// <summary>What the sender has to know of a call.</summary>
/// <param name="Method">POST, or GET for the pool.</param>
/// <param name="Path">The path on its host.</param>
/// <param name="OnFreeHost">Which of the two hosts.</param>
/// <param name="IsChat">Whether a model is asked, so that a lost answer may have been given.</param>
/// <param name="IsPaid">Whether an answer costs points.</param>
/// <param name="Timeout">For the message when it runs out.</param>
/// <param name="ConversationId">The conversation that is named in the request, if any.</param>
internal sealed record Call(HttpMethod Method, string Path, bool OnFreeHost, bool IsChat, bool IsPaid, TimeSpan Timeout, string? ConversationId);
