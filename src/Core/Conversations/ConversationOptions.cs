namespace SparrowFunctions.Conversations;

/// <summary>The settings under <c>Conversations</c>.</summary>
public sealed class ConversationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Conversations";

    /// <summary>How long a turn waits for a missing one before it. Default 20 minutes.</summary>
    public TimeSpan GapTimeout { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Most characters of earlier turns that a rebuilt conversation is given. Default 24,000.</summary>
    public int MaxContextCharacters { get; set; } = 24_000;
}
