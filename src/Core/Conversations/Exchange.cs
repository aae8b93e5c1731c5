namespace SparrowFunctions.Conversations;

/// <summary>What the user said and what was answered.</summary>
/// <param name="User">The user's words.</param>
/// <param name="Answer">Sparrow's.</param>
public sealed record Exchange(string User, string Answer)
{
    /// <summary>Its length, in characters.</summary>
    public int Length => User.Length + Answer.Length;
}
