using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Results;
using SparrowFunctions.Results.Batching;

namespace SparrowFunctions;

/// <summary>Gathers the rows of a batch that have ended, in the order of its file, and appends them to its output.</summary>
public sealed class BatchGathering(BatchInput input, ResultStore results, BatchOutput output, TimeProvider time)
{
    private const int MostReason = 500;

    /// <summary>Appends what has ended.</summary>
    /// <returns>The state after it; with more to do when it stopped on the way.</returns>
    public async Task<BatchState> GatherAsync(BatchName batch, BatchState state, CancellationToken cancellationToken)
    {
        var ready = state.Rows.TakeWhile(static row => row.Ended).Count();
        var isLast = (state.IsRead || state.IsStopped) && ready == state.Rows.Count;
        var (worth, wait, _) = BatchPace.Appending(state.Appends);
        if (!isLast && (ready == 0 || (ready < worth && time.GetUtcNow() - state.GatheredAt < wait)))
            return state;
        if (state.OutputVersion is null)
        {
            var begun = await output.BeginAsync(batch, state.Input, cancellationToken);
            state = await AdoptAsync(batch, state, begun, cancellationToken);
        }

        await using var rows = await OpenAsync(batch, state, cancellationToken);
        var lines = rows is null || state.Rows.Count == 0 ? null : new BatchLines(rows, state.Rows[0].Offset, state.Rows[0].Line);
        var until = time.GetUtcNow() + BatchRows.Patience;
        while (ready > 0 && time.GetUtcNow() < until)
        {
            var (gathered, count) = await AppendAsync(batch, state, lines, ready, cancellationToken);
            if (count == 0)
                return gathered;
            (state, ready) = (gathered, ready - count);
        }

        return state;
    }

    // Some rows in one append; none when the output turned out to be another than the state knows
    private async Task<(BatchState State, int Count)> AppendAsync(BatchName batch, BatchState state, BatchLines? lines, int ready, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var after = state;
        var count = 0;
        var piece = BatchPace.Appending(state.Appends).Bytes;
        while (count < ready && buffer.Length < piece)
        {
            var row = state.Rows[count++];
            var outcome = await OutcomeAsync(batch, row, cancellationToken);
            var given = await LineAsync(lines, row, cancellationToken);
            if (after.WrittenAhead > 0)
                after = after with { WrittenAhead = after.WrittenAhead - 1 };
            else if (state.FullAt is null)
                buffer.Write(BatchOutputRow.Write(row.Line, row.Id, given, outcome).Span);
            after = Counted(after, row, outcome);
        }

        if (buffer.Length > 0)
        {
            var length = buffer.Position;
            buffer.Position = 0;
            var appended = await output.AppendAsync(batch, state.OutputVersion!, buffer, cancellationToken);
            if (appended is { Version: null, IsFull: false })
                return (await ReadAgainAsync(batch, state, cancellationToken), 0);

            // What is paid for lies with the rows' jobs; nothing more is begun that would have no place
            after = appended.Version is { } version
                ? after with { OutputVersion = version, OutputLength = state.OutputLength + length, Appends = appended.Appends }
                : after with { FullAt = state.Rows[state.WrittenAhead].Line, IsStopped = true };
        }

        return (after with { Rows = [.. state.Rows.Skip(count)], GatheredAt = time.GetUtcNow() }, count);
    }

    // Another step appended rows and died before it could say so, or the output was taken away
    private async Task<BatchState> ReadAgainAsync(BatchName batch, BatchState state, CancellationToken cancellationToken)
    {
        var there = await output.FindAsync(batch, cancellationToken);
        return there is not null && there.Input == state.Input && there.Length >= state.OutputLength
            ? await AdoptAsync(batch, state, there, cancellationToken)
            : BatchState.Begin(state.Name, state.Input, state, state.StartedAt);
    }

    private async Task<BatchState> AdoptAsync(BatchName batch, BatchState state, BatchOutputEnd end, CancellationToken cancellationToken) => state with
    {
        OutputVersion = end.Version,
        OutputLength = end.Length,
        Appends = end.Appends,
        WrittenAhead = state.WrittenAhead + await output.CountAsync(batch, end, state.OutputLength, cancellationToken),
    };

    private async Task<Stream?> OpenAsync(BatchName batch, BatchState state, CancellationToken cancellationToken) =>
        state.IsStopped || state.Rows.Count == 0 ? null : await input.OpenAsync(batch, state.Input, state.Rows[0].Offset, cancellationToken);

    private static async Task<ReadOnlyMemory<byte>?> LineAsync(BatchLines? lines, BatchRowState row, CancellationToken cancellationToken)
    {
        while (lines is not null && await lines.NextAsync(cancellationToken) is { } line)
        {
            if (line.Number == row.Line)
                return line.Bytes;
        }

        return null;
    }

    private async Task<BatchOutcome> OutcomeAsync(BatchName batch, BatchRowState row, CancellationToken cancellationToken)
    {
        if (row.Problem is { } problem)
            return BatchOutcome.OfRejected(problem);
        var jobs = new List<(JobId Id, JobDocument? Document)>();
        for (var n = 1; n <= row.Asks; n++)
        {
            var id = new BatchJobId(batch.Hash, row.Hash!, n, row.Asks).ToJobId();
            var document = await results.FindAsync(id.ToString(), cancellationToken);
            jobs.Add((id, document));
            if (document is not { State: "succeeded" })
                break;
        }

        return BatchOutcome.Of(jobs);
    }

    private static BatchState Counted(BatchState state, BatchRowState row, BatchOutcome outcome)
    {
        state = state with { Calls = state.Calls + outcome.Calls, PossiblyBilled = state.PossiblyBilled + outcome.PossiblyBilled };
        if (outcome.Failure is not { } failure)
            return state with { Succeeded = state.Succeeded + 1 };
        var reason = failure.Message.Length <= MostReason ? failure.Message : failure.Message[..MostReason] + "…";
        return state with
        {
            Failed = state.Failed + 1,
            Kinds = new SortedDictionary<string, long>(state.Kinds.ToDictionary(), StringComparer.Ordinal) { [failure.Kind] = state.Kinds.GetValueOrDefault(failure.Kind) + 1 },
            Failures = state.Failures.Count < BatchState.MaxFailuresTold ? [.. state.Failures, new BatchFailure(row.Line, row.Id, failure.Kind, reason)] : state.Failures,
        };
    }
}
