using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions;

/// <summary>Takes the rows of a batch into the ledger, a window of them at a time, and looks how they stand. Every step may be repeated.</summary>
public sealed class BatchRows(
    BatchInput input,
    PromptIntake intake,
    JobLedger ledger,
    WorkQueue work,
    EndedRows endedRows,
    Redrive redrive,
    IOptions<FilesOptions> files,
    TimeProvider time)
{
    /// <summary>How long a step takes rows in before it lets go; the next one follows at once.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Ten thousand rows may wait in the state for their place in the output
    private const int MostReason = 1024;

    // A row that nobody spoke of is looked at once a minute; one whose next ask is to be asked again, soon
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookSoon = TimeSpan.FromSeconds(5);

    /// <summary>Looks which rows have ended: those that are said to have, and those whose time to be looked at has come.</summary>
    public async Task<BatchState> LookAsync(BatchName batch, BatchState state, CancellationToken cancellationToken)
    {
        if (state.UnderWay == 0)
            return state;
        var ended = await endedRows.ReadAsync(batch, cancellationToken);
        var now = time.GetUtcNow();
        var rows = new List<BatchRowState>(state.Rows.Count);
        foreach (var row in state.Rows)
            rows.Add(row.Ended || !(ended.Contains(row.Hash!) || row.LookAt <= now) ? row : await LookAsync(batch, state, row, cancellationToken));
        return state with { Rows = rows };
    }

    /// <summary>Takes in rows until the window is full or the file has no more.</summary>
    public async Task<BatchState> TakeAsync(BatchName batch, BatchState state, int window, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Patience;
        if (state.IsRead || state.IsStopped || !HasRoom(state, window))
            return state;

        // Before the first row can end
        if (state.Offset == 0)
            await endedRows.BeginAsync(batch, cancellationToken);
        await using var stream = await input.OpenAsync(batch, state.Input, state.Offset, cancellationToken);
        var lines = new BatchLines(stream, state.Offset, state.Line);
        while (HasRoom(state, window) && time.GetUtcNow() < until)
        {
            if (await lines.NextAsync(cancellationToken) is not { } line)
                return state with { IsRead = true };
            state = state with { Offset = line.End, Line = line.Number + 1 };
            if (!line.IsBlank)
                state = state with { Rows = [.. state.Rows, await TakeAsync(batch, state, line, cancellationToken)] };
        }

        return state;
    }

    private static bool HasRoom(BatchState state, int window) => state.UnderWay < window && state.Rows.Count < BatchPace.MostRowsAhead;

    private async Task<BatchRowState> TakeAsync(BatchName batch, BatchState state, BatchLine line, CancellationToken cancellationToken)
    {
        if (line.Bytes is not { } bytes)
            return Rejected(line, null, new Rejection("", $"The row is longer than {BatchLines.MaxLineBytes} bytes.", "Put long texts into several asks or rows, or attach them as files."));
        if (BatchRowReader.Read(bytes, batch, files.Value, out var rejection) is not { } row)
            return Rejected(line, null, rejection!);

        var asks = new List<AcceptedPrompt>();
        var problems = new List<FieldProblem>();
        foreach (var (ask, index) in row.Asks.Select((ask, index) => (ask, index)))
        {
            var (accepted, refused) = await intake.TakeAsync(ask, StorageNames.BatchesContainer, cancellationToken);
            if (accepted is not null)
                asks.Add(accepted);
            else
                problems.AddRange(refused!.Problems.Select(problem => row.Told(index, problem)));
            if (problems.Count >= Rejection.MostProblems)
                break;
        }

        return problems.Count > 0 ? Rejected(line, row.Id, new Rejection(problems)) : await AddAsync(batch, state, line, row.Id, asks, cancellationToken);
    }

    // The last ask comes first: when the first one is woken, the whole row is in the ledger, and those that wait are in line
    private async Task<BatchRowState> AddAsync(
        BatchName batch, BatchState state, BatchLine line, string? id, List<AcceptedPrompt> asks, CancellationToken cancellationToken)
    {
        var hash = BatchJobId.RowHash(id, line.Number, asks);
        var row = new BatchRowState(line.Number, line.Offset, asks.Count) { Id = id, Hash = hash, LookAt = time.GetUtcNow() + LookAgain };
        var isKnown = false;
        for (var n = asks.Count; n > 0; n--)
        {
            var ask = new BatchJobId(batch.Hash, hash, n, asks.Count);
            var (job, added) = await ledger.AddAsync(NewJob(ask, asks[n - 1]), cancellationToken);
            isKnown |= !added;

            // One that is known and waits may have been put into the ledger by a step that died before it could wake it
            if (job.State is JobState.Queued or JobState.Waiting)
                await work.SendAsync(job.Id, "batch", TimeSpan.Zero, cancellationToken);
        }

        return isKnown ? await LookAsync(batch, state, row, cancellationToken) : row;
    }

    private Job NewJob(BatchJobId ask, AcceptedPrompt asked)
    {
        var prompt = ask.Asks == 1 ? asked.Prompt : asked.Prompt with { Conversation = ask.Conversation, Turn = ask.Ask };
        var accepted = asked with { Prompt = prompt with { Id = null } };
        return Job.Offered(ask.ToJobId(), accepted, BatchJobId.Source, time.GetUtcNow());
    }

    // What ended before this run began, and badly, is asked again: the first such ask of a row, and the next one when that was answered
    private async Task<BatchRowState> LookAsync(BatchName batch, BatchState state, BatchRowState row, CancellationToken cancellationToken)
    {
        var last = await FindAsync(row.Asks);
        if (last is null || last.State == JobState.Succeeded || EndedNow(last))
            return row with { Ended = true, LookAt = null };
        if (!last.State.IsTerminal())
            return await StillAsync(row, last, LookAgain, cancellationToken);

        for (var n = 1; n <= row.Asks; n++)
        {
            var job = n == row.Asks ? last : await FindAsync(n);
            if (job is null || EndedNow(job))
                return row with { Ended = true, LookAt = null };
            if (job.State == JobState.Succeeded)
                continue;
            if (!job.State.IsTerminal())
                return await StillAsync(row, job, LookSoon, cancellationToken);
            await redrive.AgainAsync(job, cancellationToken);
            return row with { LookAt = time.GetUtcNow() + (n == row.Asks ? LookAgain : LookSoon) };
        }

        return row with { Ended = true, LookAt = null };

        Task<Job?> FindAsync(int n) => ledger.FindAsync(new BatchJobId(batch.Hash, row.Hash!, n, row.Asks).ToJobId(), cancellationToken);

        bool EndedNow(Job job) => job.State.IsTerminal() && job.State != JobState.Succeeded && job.EndedAt >= state.StartedAt;
    }

    // A job that is still queued may have lost its message to a crash; another one does no harm
    private async Task<BatchRowState> StillAsync(BatchRowState row, Job job, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Queued)
            await work.SendAsync(job.Id, "look", TimeSpan.Zero, cancellationToken);
        return row with { LookAt = time.GetUtcNow() + (job.State == JobState.Queued ? LookAgain : wait) };
    }

    private static BatchRowState Rejected(BatchLine line, string? id, Rejection rejection)
    {
        var reason = rejection.Reason.Length <= MostReason ? rejection.Reason : rejection.Reason[..MostReason] + "…";
        return new(line.Number, line.Offset, 0) { Id = id, Ended = true, Problem = $"Line {line.Number}: {reason}" };
    }
}
