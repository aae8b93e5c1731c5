using SparrowFunctions.Intake;

namespace SparrowFunctions.Conversations;

/// <summary>The turn that comes next in a conversation.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="Head">The conversation when it was found.</param>
/// <param name="Turn">The turn.</param>
/// <param name="Delay">How long it should still wait for a missing turn before it; zero when it can go on at once.</param>
public sealed record NextTurn(JobId JobId, Head Head, Turn Turn, TimeSpan Delay);
