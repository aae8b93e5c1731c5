namespace SparrowFunctions.Conversations;

/// <summary>Whose turn it is. Pure.</summary>
public static class TurnOrder
{
    // How often at most a turn looks that will not run without those before it
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>Decides whether a turn may take the word.</summary>
    /// <param name="head">The conversation as it stands.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="now">The time.</param>
    /// <param name="gapTimeout">How long it waits for a missing turn.</param>
    public static Word Decide(Head head, Turn turn, DateTimeOffset now, TimeSpan gapTimeout)
    {
        var number = turn.Number;
        if (head.Active is not null)
            return new(WordVerdict.Wait, TimeSpan.Zero, $"Waits until turn {head.ActiveTurn} of its conversation has ended.");
        if (number < head.Next)
            return new(WordVerdict.Late, TimeSpan.Zero, Late(head, number));
        if (number == head.Next)
            return new(WordVerdict.Take, TimeSpan.Zero, null);

        var left = turn.AcceptedAt + gapTimeout - now;
        var waits = $"Waits for turn {head.Next} of its conversation, which has not come yet.";
        if (left > TimeSpan.Zero)
            return new(WordVerdict.Gap, left, waits);
        return turn.IsStrict
            ? new(WordVerdict.Overdue, gapTimeout > LookAgain ? gapTimeout : LookAgain, waits)
            : new(WordVerdict.Skip, TimeSpan.Zero, Skipping(head, number, gapTimeout));
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
