namespace SparrowFunctions.Web;

/// <summary>An operator's pause, as it stands.</summary>
/// <param name="Paused">Whether all calls are held back.</param>
/// <param name="Reason">Why, in the operator's words.</param>
public sealed record GateDocument(bool Paused, string? Reason);
