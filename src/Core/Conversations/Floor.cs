using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Conversations;

/// <summary>
/// Gives the word to one turn of a conversation at a time, in order. Whoever waits writes that before looking, whoever ends frees before
/// looking, and both write the head on the condition that nobody else did: so no turn can be forgotten between the two.
/// </summary>
public sealed class Floor(TurnTable table, WaitingLine line, BlobServiceClient blobs, IOptions<ConversationOptions> options, TimeProvider time)
{
    private const int ContextTurns = 50;

    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Takes the word for a job, or puts its turn in line. May be repeated.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isNew">Whether this job is known never to have been here.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    public async Task<Entry> EnterAsync(Job job, bool isNew, CancellationToken cancellationToken)
    {
        var key = new ConversationKey(job.Accepted.Prompt.Conversation!);
        var id = job.Id.ToString();
        var turn = isNew ? null : await FindAsync(key, job, cancellationToken);

        // A numbered turn is in line before it looks: whoever ends meanwhile finds it. Only the first of all is likely to speak at once.
        if (turn is null && job.Accepted.Prompt.Turn is { } number and > 1)
        {
            turn = await table.AddAsync(key, Turn.Of(number, job), cancellationToken);
            if (turn.JobId != id)
                return WaitingLine.Taken(turn);
        }

        var head = await table.HeadAsync(key, cancellationToken);
        while (head.Active != id || head.ActiveRound < job.Round)
        {
            var step = turn switch
            {
                _ when head.Active == id => await line.KeepAsync(head, job.Round, cancellationToken),
                null => await line.JoinAsync(head, job, cancellationToken),
                { IsAnswered: true } => new(new Entry(null, turn.Number, IsOver: true), null, false),
                _ when turn.State == TurnState.Ended || turn.Round < job.Round => await line.ReopenAsync(head, turn, job.Round, cancellationToken),
                _ => await line.TakeAsync(head, turn, cancellationToken),
            };
            if (step.Entry is { } entry)
                return entry;

            // Somebody changed the conversation in between; if the turn itself may have changed, it is looked up again
            turn = turn is null && !step.IsTaken ? null : await FindAsync(key, job, cancellationToken);
            head = step.Present ?? await table.HeadAsync(key, cancellationToken);
        }

        return new Entry(head, head.ActiveTurn, TurnOrder.Warning(head, options.Value.GapTimeout));
    }

    /// <summary>The conversation of a job that has the word in it; null for one that has not.</summary>
    public async Task<Head?> FindHeldAsync(Job job, CancellationToken cancellationToken) =>
        await table.HeadAsync(new ConversationKey(job.Accepted.Prompt.Conversation!), cancellationToken) is { } head && head.IsHeldBy(job) ? head : null;

    /// <summary>Ends a job's turn: what was said is kept, and the word is handed on or free. May be repeated.</summary>
    /// <param name="job">The job, which has ended.</param>
    /// <param name="said">What was said in it; null when nothing was answered.</param>
    /// <param name="session">Where Sparrow goes on from; null to begin anew at the next turn.</param>
    /// <param name="held">The head as the job holds it, where that is known; spares a look.</param>
    /// <param name="handOn">Whether the caller goes on with the next turn at once, and expects that there is one.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    /// <returns>The turn that comes next; null when nobody waits.</returns>
    public async Task<NextTurn?> LeaveAsync(Job job, Exchange? said, Session? session, Head? held, bool handOn, CancellationToken cancellationToken)
    {
        var key = new ConversationKey(job.Accepted.Prompt.Conversation!);
        var id = job.Id.ToString();
        for (var head = held ?? await table.HeadAsync(key, cancellationToken); ;)
        {
            if (!head.IsHeldBy(job))
            {
                if (await FindAsync(key, job, cancellationToken) is not { State: TurnState.Waiting } waiting || waiting.Round > job.Round)
                    return await NextAsync(head, cancellationToken);
                var left = await table.WriteAsync(head.Without(waiting.Number), [waiting with { State = TurnState.Ended }], areNew: false, cancellationToken);
                if (left.Written is not null)
                    return await NextAsync(left.Written, cancellationToken);
                head = left.Present!;
                continue;
            }

            var ended = await EndedAsync(new Turn(head.ActiveTurn, id, TurnState.Ended, job.CreatedAt, Round: job.Round), said, cancellationToken);
            var free = head.Past(head.ActiveTurn) with
            {
                Active = null,
                ConversationId = session?.ConversationId ?? head.ConversationId,
                MessageId = session?.MessageId ?? head.MessageId,
                Mode = session?.Mode ?? head.Mode,
                HoldUntil = session?.HoldUntil,

                // One that ran without those before it may have passed over a turn that was just getting in line
                Late = head.Late || head.ActiveTurn > head.Next,
            };

            // Looking before freeing is safe only where both are one write: if nobody is found, the word is freed first and looked for again
            if (handOn && await NextAsync(free, cancellationToken) is { Turn: { } following, Delay.Ticks: 0 } next)
            {
                var handed = free.GivenTo(following);
                var given = await table.WriteAsync(handed, [ended, following with { State = TurnState.Active }], areNew: false, cancellationToken);
                if (given.Written is not null)
                    return next with { Handed = new Entry(given.Written, following.Number, Warning: next.Warning) };
                head = given.Present!;
                continue;
            }

            var freed = await table.WriteAsync(free, [ended], areNew: false, cancellationToken);
            if (freed.Written is not null)
                return await NextAsync(freed.Written, cancellationToken);
            head = freed.Present!;
        }
    }

    /// <summary>Gives the word to the turn that was found to be next.</summary>
    /// <returns>What came of it; null when the conversation has changed since, then it has to be entered anew.</returns>
    public async Task<Entry?> HandAsync(NextTurn next, CancellationToken cancellationToken) =>
        next.Handed ?? (next.Turn is null ? null : (await line.TakeAsync(next.Head, next.Turn, cancellationToken)).Entry);

    // Who waits and should look now or later; where somebody has the word, it is that job
    private async Task<NextTurn?> NextAsync(Head head, CancellationToken cancellationToken)
    {
        if (head.Active is { } active)
            return new NextTurn(JobId.Parse(active), head, Turn: null, TimeSpan.Zero);
        if (await table.LowestWaitingAsync(head.Key, head.Late ? 1 : head.Next, cancellationToken) is not { } turn)
            return null;
        var word = TurnOrder.Decide(head, turn, time.GetUtcNow(), options.Value.GapTimeout);
        return new NextTurn(JobId.Parse(turn.JobId), head, turn, word.Left, word.Verdict == WordVerdict.Take ? null : word.Reason);
    }

    /// <summary>The past of a conversation, as much of it as a rebuilt one begins with.</summary>
    public async Task<IReadOnlyList<Exchange>> ContextAsync(Head head, CancellationToken cancellationToken)
    {
        var exchanges = new List<Exchange>();
        foreach (var turn in await table.TurnsAsync(head.Key, Math.Max(1, head.ActiveTurn - ContextTurns), cancellationToken))
        {
            if (turn is not { State: TurnState.Ended, IsAnswered: true })
                continue;
            exchanges.Add(new Exchange(
                turn.User ?? await TextAsync(turn.UserBlob, cancellationToken),
                turn.Answer ?? await TextAsync(turn.AnswerBlob, cancellationToken)));
        }

        return ContextWindow.Choose([.. exchanges.Where(exchange => exchange.Length > 0)], options.Value.MaxContextCharacters);
    }

    private async Task<Turn?> FindAsync(ConversationKey key, Job job, CancellationToken cancellationToken)
    {
        var number = job.Turn ?? job.Accepted.Prompt.Turn;
        if (number is null)
            return await table.TurnOfAsync(key, job.Id.ToString(), cancellationToken);
        var turn = await table.TurnAsync(key, number.Value, cancellationToken);
        return turn?.JobId == job.Id.ToString() ? turn : null;
    }

    private async Task<Turn> EndedAsync(Turn turn, Exchange? said, CancellationToken cancellationToken)
    {
        if (said is null)
            return turn;

        var (user, userBlob) = await KeepAsync(said.User, $"turns/{turn.JobId}-user.txt", cancellationToken);
        var (answer, answerBlob) = await KeepAsync(said.Answer, $"turns/{turn.JobId}-answer.txt", cancellationToken);
        return turn with { User = user, UserBlob = userBlob, Answer = answer, AnswerBlob = answerBlob };
    }

    private async Task<(string? Inline, string? Blob)> KeepAsync(string text, string path, CancellationToken cancellationToken)
    {
        if (text.Length <= Turn.MaxInlineText)
            return (text, null);
        await _payloads.GetBlobClient(path).UploadAsync(BinaryData.FromString(text), overwrite: true, cancellationToken);
        return (null, path);
    }

    // A text that is gone was forgotten on somebody's wish, who died half way
    private async Task<string> TextAsync(string? path, CancellationToken cancellationToken)
    {
        try
        {
            return path is null ? "" : (await _payloads.GetBlobClient(path).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return "";
        }
    }
}
