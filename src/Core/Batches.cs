using Azure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results.Batching;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions;

/// <summary>
/// The coordinator of batches. A batch is brought on step by step, each step asked for by a message on queue <c>work</c>: look which rows have
/// ended, take in as many as the window has room for, append what is ready to the output. What was done is kept in one state, changed only if
/// nobody else changed it: of two coordinators one goes on, and whatever the other did is found done.
/// </summary>
public sealed partial class Batches(
    BatchStates states,
    BatchInput input,
    BatchRows rows,
    BatchGathering gathering,
    BatchSummaries summaries,
    EndedRows endedRows,
    DeadLetters deadLetters,
    WorkQueue work,
    IOptions<SparrowOptions> options,
    TimeProvider time,
    ILogger<Batches> logger)
{
    // A message that takes the place of the next one should this process die; longer than a step lasts
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A file was dropped, or written anew: begins a run over it. Rows of an earlier run that succeeded are found answered, those that failed are
    /// asked again. May be called any number of times for the same version.
    /// </summary>
    /// <param name="name">The blob's name in container <c>batches</c> without <c>.jsonl</c>.</param>
    /// <param name="cancellationToken">Ends the step; it may be repeated.</param>
    public async Task OnDroppedAsync(string name, CancellationToken cancellationToken)
    {
        if (!BatchName.TryParse(name, out var batch, out var problem))
        {
            await RefuseAsync(name, problem, cancellationToken);
            return;
        }

        if (await input.VersionAsync(batch, cancellationToken) is not { } version)
            return;
        var state = await states.FindAsync(batch, cancellationToken);
        while (state is null || state.Input != version)
        {
            var begun = await states.WriteAsync(batch, BatchState.Begin(name, version, state, time.GetUtcNow()), cancellationToken);
            if (begun is not null)
                Log.Begun(logger, batch.Hash, version);
            state = begun ?? await states.FindAsync(batch, cancellationToken);
        }

        // Also where a run is under way: should its message be lost, this one revives it
        if (state.EndedAt is null)
            await work.SendBatchAsync(new BatchTick(name, version, state.Tick), TimeSpan.Zero, cancellationToken);
    }

    /// <summary>Finds what nothing reported, and revives what came to a stand: looks at every file of the last day as if it had just been dropped.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await foreach (var name in input.WrittenSinceAsync(time.GetUtcNow() - DropSweep.Window, cancellationToken))
        {
            // What has no name for a batch was told once when it was dropped, not every few minutes
            if (BatchName.TryParse(name, out _, out _))
                await OnDroppedAsync(name, cancellationToken);
        }
    }

    /// <summary>Brings a batch on by one step.</summary>
    /// <param name="tick">The message that asks for it.</param>
    /// <param name="cancellationToken">Ends the step; the message comes again.</param>
    public async Task OnTickAsync(BatchTick tick, CancellationToken cancellationToken)
    {
        if (!BatchName.TryParse(tick.Name, out var batch, out _) || await states.FindAsync(batch, cancellationToken) is not { } state
            || state.Input != tick.Input || tick.N < state.Tick)
            return;
        if (state.EndedAt is not null)
        {
            await PublishAsync(batch, state, cancellationToken);
            return;
        }

        var next = tick with { N = tick.N + 1 };
        await work.SendBatchAsync(next, Guard, cancellationToken);
        var (after, isUrgent) = await StepAsync(batch, state, cancellationToken);
        if (after is null)
        {
            await OnDroppedAsync(tick.Name, cancellationToken);
            return;
        }

        if (await states.WriteAsync(batch, after with { Tick = next.N, ETag = state.ETag }, cancellationToken) is not { } written)
        {
            Log.Overtaken(logger, batch.Hash, tick.N);
            return;
        }

        if (written.FullAt is { } line && state.FullAt is null)
            Log.Full(logger, batch.Hash, line);
        if (HasMoved(state, written))
            await PublishAsync(batch, written, cancellationToken);
        if (written.EndedAt is null)
            await work.SendBatchAsync(next, isUrgent ? TimeSpan.Zero : TimeSpan.FromSeconds(written.Pause), cancellationToken);
    }

    // Null when the file was written anew meanwhile: then another run has to begin
    private async Task<(BatchState? After, bool IsUrgent)> StepAsync(BatchName batch, BatchState state, CancellationToken cancellationToken)
    {
        try
        {
            var window = BatchPace.Window(options.Value.Mode == SparrowMode.Concurrent ? options.Value.MaxConcurrency.Concurrent : options.Value.MaxConcurrency.Standard);
            var before = state.UnderWay;
            var after = await rows.LookAsync(batch, state, cancellationToken);
            var ended = before - after.UnderWay;
            after = await rows.TakeAsync(batch, after, window, cancellationToken);
            after = await gathering.GatherAsync(batch, after, cancellationToken);
            var isAll = (after.IsRead || after.IsStopped) && after.Rows.Count == 0;
            return (after with
            {
                Pause = BatchPace.Next(after.Pause, ended, window, after.IsRead),
                EndedAt = isAll ? time.GetUtcNow() : null,
            }, IsUrgent: !isAll && HasMore(after, window));
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            var version = await input.VersionAsync(batch, cancellationToken);
            if (version == state.Input)
                throw;
            if (version is not null)
                return (null, false);
            Log.Stopped(logger, batch.Hash, state.UnderWay);
            return (state with { IsStopped = true }, IsUrgent: true);
        }
    }

    // A step that let go for the time it took goes on at once
    private static bool HasMore(BatchState state, int window) =>
        (!state.IsRead && !state.IsStopped && state.UnderWay < window && state.Rows.Count < BatchPace.MostRowsAhead)
        || state.Rows.TakeWhile(static row => row.Ended).Count() >= BatchPace.Appending(state.Appends).Rows
        || (state.Rows.Count > 0 && (state.IsRead || state.IsStopped) && state.UnderWay == 0);

    private static bool HasMoved(BatchState before, BatchState after) =>
        after.EndedAt is not null || before.Line == 1
        || (before.Line, before.Rows.Count, before.UnderWay, before.IsRead) != (after.Line, after.Rows.Count, after.UnderWay, after.IsRead);

    // Sent again it is looked at again, as any file that was dropped; its time is the file's, so that all who tell of it write the same letter
    private async Task RefuseAsync(string name, string problem, CancellationToken cancellationToken)
    {
        Log.Refused(logger, problem);
        var at = await input.WrittenAtAsync(name, cancellationToken) ?? time.GetUtcNow();
        await deadLetters.AddAsync(
            new DeadLetter(
                null,
                FailureKind.Rejected,
                $"The name of the file {problem} Drop it under another name.",
                StorageNames.DropEventsQueue,
                DropEvent.Write(StorageNames.BatchesContainer, BatchName.BlobOf(name), etag: null),
                at,
                $"{StorageNames.BatchesContainer}/{name}"),
            cancellationToken);
    }

    private async Task PublishAsync(BatchName batch, BatchState state, CancellationToken cancellationToken)
    {
        await summaries.WriteAsync(batch, BatchSummary.Of(state, batch.Output.ToString(), time.GetUtcNow()), state.Tick, cancellationToken);
        if (state.EndedAt is null)
            return;
        await endedRows.EndAsync(batch, cancellationToken);
        Log.Ended(logger, batch.Hash, state.Succeeded, state.Failed, state.IsStopped);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 250, Level = LogLevel.Information, Message = "Batch {Batch} begins with version {Version} of its file")]
        public static partial void Begun(ILogger logger, string batch, string version);

        [LoggerMessage(EventId = 251, Level = LogLevel.Information, Message = "Batch {Batch} has ended: {Succeeded} row(s) succeeded, {Failed} failed; its file was deleted before: {Stopped}")]
        public static partial void Ended(ILogger logger, string batch, long succeeded, long failed, bool stopped);

        [LoggerMessage(EventId = 252, Level = LogLevel.Information, Message = "Batch {Batch} was brought on by another coordinator during step {Step}; this one lets go")]
        public static partial void Overtaken(ILogger logger, string batch, int step);

        [LoggerMessage(EventId = 253, Level = LogLevel.Warning, Message = "The file of batch {Batch} was deleted; no more rows are taken in, {UnderWay} row(s) under way come to their end")]
        public static partial void Stopped(ILogger logger, string batch, int underWay);

        [LoggerMessage(EventId = 255, Level = LogLevel.Error, Message = "The output of batch {Batch} takes no more: rows from line {Line} on are not in it, and no more of its file is taken in")]
        public static partial void Full(ILogger logger, string batch, long line);

        [LoggerMessage(EventId = 254, Level = LogLevel.Warning, Message = "A file in container batches was refused: its name {Problem}")]
        public static partial void Refused(ILogger logger, string problem);
    }
}
