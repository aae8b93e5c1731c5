using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>One side's turn in a round.</summary>
/// <param name="Wall">From the moment the warm worker could take the first prompt to the moment the last message was deleted.</param>
/// <param name="Processor">The processor time the worker used over it.</param>
internal sealed record WorkerRun(TimeSpan Wall, TimeSpan Processor)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Runs a load on a fresh Azurite. The worker is warmed up first, then frozen while all prompts are sent; the clock starts when it is let go.
    /// Both sides are treated alike.
    /// </summary>
    /// <exception cref="InvalidOperationException">A prompt has no result, or was called more than once.</exception>
    public static async Task<WorkerRun> MeasureAsync(Worker worker, Load load, CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, cancellationToken);
        await cluster.Prompts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var process = await worker.StartAsync(cluster, load.AtOnce, cancellationToken);

        // Code is compiled and connections are open when the clock starts
        await cluster.Emulator.SetAsync(new { latencyMs = 100 }, cancellationToken);
        await SendAsync(cluster, "warm", 2 * load.AtOnce, cancellationToken);
        await EmptyAsync(cluster, cancellationToken);

        await cluster.Emulator.SetAsync(new { latencyMs = (int)load.Latency.TotalMilliseconds }, cancellationToken);
        await process.FreezeAsync();
        await SendAsync(cluster, "prompt", load.Prompts, cancellationToken);
        var processor = Worker.ProcessorTime(process);
        var started = TimeProvider.System.GetTimestamp();
        await process.ThawAsync();
        await EmptyAsync(cluster, cancellationToken);
        var run = new WorkerRun(TimeProvider.System.GetElapsedTime(started), Worker.ProcessorTime(process) - processor);
        await CheckAsync(cluster, worker, load, cancellationToken);
        return run;
    }

    private static async Task SendAsync(Cluster cluster, string name, int count, CancellationToken cancellationToken)
    {
        var ids = Enumerable.Range(0, count).Select(n => $"{name}-{n:0000}");
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (id, cancel) =>
            await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, cancel));
    }

    // Messages being worked on count too, so nothing is left when this returns
    private static async Task EmptyAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((await cluster.Prompts.GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount > 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit) throw new TimeoutException($"The queue is not empty after {Limit.TotalMinutes:0} minutes.");
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task CheckAsync(Cluster cluster, Worker worker, Load load, CancellationToken cancellationToken)
    {
        var ended = (await cluster.EndedAsync(cancellationToken)).Count(id => id.StartsWith("prompt-", StringComparison.Ordinal));
        var calls = (await cluster.Emulator.CallsAsync(cancellationToken)).Count(call => call.JobId?.StartsWith("prompt-", StringComparison.Ordinal) == true);
        if (ended != load.Prompts || calls != load.Prompts)
            throw new InvalidOperationException($"The {worker.Name} was given {load.Prompts} prompts: {ended} have a result, {calls} calls were made.");
    }
}
