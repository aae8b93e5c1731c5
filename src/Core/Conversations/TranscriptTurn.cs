namespace SparrowFunctions.Conversations;

/// <summary>A turn as a reader of the conversation sees it.</summary>
/// <param name="Turn">Its number.</param>
/// <param name="JobId">Its job.</param>
/// <param name="State">waiting, active or ended.</param>
/// <param name="AcceptedAt">When its job was accepted.</param>
/// <param name="User">What the user said; null until it has ended with an answer.</param>
/// <param name="Answer">What was answered; null when nothing was.</param>
public sealed record TranscriptTurn(int Turn, string JobId, string State, DateTimeOffset AcceptedAt, string? User, string? Answer);
