namespace SparrowFunctions.Intake;

/// <summary>One of several messages of a prompt.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">The text.</param>
public sealed record PromptMessage(string Role, string Content);
