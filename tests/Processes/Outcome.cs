namespace SparrowFunctions.Tests.Processes;

/// <summary>What a result.json says, as far as the books need it.</summary>
internal sealed record Outcome(
    string Id, string State, string? Kind, string? Reason, int PossiblyBilled, string? Answer, bool Rebuilt, string? ConversationId);
