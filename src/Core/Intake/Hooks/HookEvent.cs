namespace SparrowFunctions.Intake.Hooks;

/// <summary>What a genuine delivery is, as its scheme tells.</summary>
/// <param name="DeliveryId">The sender's id of it, the same at every repetition; null when it has none.</param>
/// <param name="Name">What happened, in the sender's word; null when it does not say.</param>
/// <param name="Reply">What to answer at once to a delivery that asks only whether the hook is there: it makes no job. Otherwise null.</param>
/// <param name="IsCommand">Whether a person waits for the answer in a chat (a slash command), who is told of the job in words.</param>
public sealed record HookEvent(string? DeliveryId, string? Name, string? Reply = null, bool IsCommand = false);
