namespace SparrowFunctions.Conversations;

/// <summary>The settings under <c>Conversations</c>.</summary>
public sealed class ConversationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Conversations";

    /// <summary>How long a numbered turn waits for the one before it; then it runs with a warning. Default 20 minutes.</summary>
    public TimeSpan GapTimeout { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How much of a conversation's past goes into a rebuilt one, in characters. Default 24,000.</summary>
    public int MaxContextCharacters { get; set; } = 24_000;
}
