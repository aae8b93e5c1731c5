using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Conversations;

/// <summary>
/// The line in front of a conversation. Each method is one try to change the head and a turn together, on the condition that nobody else did;
/// one that lost says how the conversation stands now.
/// </summary>
public sealed class WaitingLine(TurnTable table, IOptions<ConversationOptions> options, TimeProvider time)
{
    /// <summary>Gets a new turn in line; it takes the word at once where nobody is before it.</summary>
    public async Task<Step> JoinAsync(Head head, Job job, CancellationToken cancellationToken)
    {
        var number = job.Accepted.Prompt.Turn ?? Math.Max(head.Last, head.Next - 1) + 1;
        var turn = Turn.Of(number, job);
        var word = Decide(head, turn);
        var lined = head with { Last = Math.Max(head.Last, number) };
        var write = await MayTakeAsync(head, number, word, cancellationToken)
            ? await table.WriteAsync(lined.GivenTo(turn), [turn with { State = TurnState.Active }], areNew: true, cancellationToken)
            : await table.WriteAsync(lined with { Late = head.Late || number < FirstLookedAt(head) }, [turn], areNew: true, cancellationToken);
        if (!write.IsTaken || await table.TurnAsync(head.Key, number, cancellationToken) is not { } taken || taken.JobId == turn.JobId)
            return Entered(write, turn, word);
        if (job.Accepted.Prompt.Turn is not null)
            return new(Taken(taken), null, false);

        // A numbered turn waits there already: this one comes after all that are in line
        var highest = (await table.TurnsAsync(head.Key, number, cancellationToken))[^1].Number;
        return new(null, write.Present! with { Last = highest }, IsTaken: true);
    }

    /// <summary>Takes the word for a turn that waits, where it is its turn.</summary>
    public async Task<Step> TakeAsync(Head head, Turn turn, CancellationToken cancellationToken)
    {
        var word = Decide(head, turn);
        if (await MayTakeAsync(head, turn.Number, word, cancellationToken))
        {
            return Entered(await table.WriteAsync(head.GivenTo(turn), [turn with { State = TurnState.Active }], areNew: false, cancellationToken), turn, word);
        }

        // Whoever looks for the next turn begins at the next number, unless told that a lower one waits
        return turn.Number >= FirstLookedAt(head) || head.Late
            ? new(Entered(head, turn, word), null, false)
            : Entered(await table.WriteAsync(head with { Late = true }, [turn], areNew: false, cancellationToken), turn, word);
    }

    /// <summary>Gets a turn in line again whose job is sent again: it speaks as one that came late.</summary>
    /// <param name="head">The conversation.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="round">Its job's round.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    public async Task<Step> ReopenAsync(Head head, Turn turn, int round, CancellationToken cancellationToken)
    {
        turn = turn with { Round = round };
        var word = Decide(head, turn);
        return Entered(
            head.Active is null
                ? await table.WriteAsync(head.GivenTo(turn), [turn with { State = TurnState.Active }], areNew: false, cancellationToken)
                : await table.WriteAsync(head with { Late = true }, [turn with { State = TurnState.Waiting }], areNew: false, cancellationToken),
            turn,
            word);
    }

    /// <summary>Has a job that is sent again keep the word that its end before has not freed yet: from then on that end's tail no longer does.</summary>
    public async Task<Step> KeepAsync(Head head, int round, CancellationToken cancellationToken)
    {
        var write = await table.WriteAsync(head with { ActiveRound = round }, [], areNew: false, cancellationToken);
        return new(write.Written is { } kept ? new Entry(kept, kept.ActiveTurn) : null, write.Present, false);
    }

    private Word Decide(Head head, Turn turn) => TurnOrder.Decide(head, turn, time.GetUtcNow(), options.Value.GapTimeout);

    // A turn that runs without those before it must be the lowest that waits: a lower one goes first, however late
    private async Task<bool> MayTakeAsync(Head head, int number, Word word, CancellationToken cancellationToken) => word.Verdict switch
    {
        WordVerdict.Take or WordVerdict.Late => true,
        WordVerdict.Skip => await table.LowestWaitingAsync(head.Key, head.Next, cancellationToken) is not { } lowest || lowest.Number >= number,
        _ => false,
    };

    // Where the search for the next turn will begin when the present one has ended
    private static int FirstLookedAt(Head head) => head.Active is null ? head.Next : Math.Max(head.Next, head.ActiveTurn);

    /// <summary>What a turn is told whose number is another job's.</summary>
    public static Entry Taken(Turn turn) =>
        new(null, 0, Refusal: $"turn: {turn.Number} of this conversation is taken by job {turn.JobId}. Give every turn a number of its own.");

    private static Step Entered(HeadWrite write, Turn turn, Word word) =>
        write.Written is { } head ? new(Entered(head, turn, word), null, false) : new(null, write.Present, write.IsTaken);

    private static Entry Entered(Head head, Turn turn, Word word) => head.Active == turn.JobId
        ? new Entry(head, turn.Number, Warning: word.Reason)
        : new Entry(
            null,
            turn.Number,
            Waits: word.Verdict == WordVerdict.Skip ? "Waits until the turns before it have ended." : word.Reason,
            Wake: word.Left > TimeSpan.Zero ? word.Left : null,
            IsOverdue: word.Verdict == WordVerdict.Overdue);
}
