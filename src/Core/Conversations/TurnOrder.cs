namespace SparrowFunctions.Conversations;

/// <summary>Whose turn it is. Pure.</summary>
public static class TurnOrder
{
    /// <summary>Decides whether a turn may take the word.</summary>
    /// <param name="head">The conversation as it stands.</param>
    /// <param name="number">The turn's number.</param>
    /// <param name="acceptedAt">When its job was accepted.</param>
    /// <param name="now">The time.</param>
    /// <param name="gapTimeout">How long it waits for a missing turn.</param>
    public static Word Decide(Head head, int number, DateTimeOffset acceptedAt, DateTimeOffset now, TimeSpan gapTimeout)
    {
        if (head.Active is not null)
            return new(WordVerdict.Wait, TimeSpan.Zero, $"Waits until turn {head.ActiveTurn} of its conversation has ended.");
        if (number < head.Next)
            return new(WordVerdict.Late, TimeSpan.Zero, $"Turn {number} came after turn {head.Next - 1} had been run without it.");
        if (number == head.Next)
            return new(WordVerdict.Take, TimeSpan.Zero, null);

        var left = acceptedAt + gapTimeout - now;
        return left <= TimeSpan.Zero
            ? new(WordVerdict.Skip, TimeSpan.Zero, $"Turn {number} ran without turn {head.Next}, which did not come within {gapTimeout}.")
            : new(WordVerdict.Gap, left, $"Waits for turn {head.Next} of its conversation, which has not come yet.");
    }
}
