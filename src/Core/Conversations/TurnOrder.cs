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
            return new(WordVerdict.Late, TimeSpan.Zero, Late(head, number));
        if (number == head.Next)
            return new(WordVerdict.Take, TimeSpan.Zero, null);

        var left = acceptedAt + gapTimeout - now;
        return left <= TimeSpan.Zero
            ? new(WordVerdict.Skip, TimeSpan.Zero, Skipping(head, number, gapTimeout))
            : new(WordVerdict.Gap, left, $"Waits for turn {head.Next} of its conversation, which has not come yet.");
    }

    /// <summary>What the reader of a result should know of how its turn got the word; null when it was its turn. Whoever comes again and has the word is told the same.</summary>
    /// <param name="head">The conversation, in which the turn has the word.</param>
    /// <param name="gapTimeout">How long it waited for a missing turn.</param>
    public static string? Warning(Head head, TimeSpan gapTimeout) =>
        head.ActiveTurn < head.Next ? Late(head, head.ActiveTurn)
        : head.ActiveTurn > head.Next ? Skipping(head, head.ActiveTurn, gapTimeout)
        : null;

    private static string Late(Head head, int number) => $"Turn {number} came after turn {head.Next - 1} had been run without it.";

    private static string Skipping(Head head, int number, TimeSpan gapTimeout) =>
        $"Turn {number} ran without turn {head.Next}, which did not come within {gapTimeout}.";
}
