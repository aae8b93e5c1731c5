using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>One side's turn in a round.</summary>
/// <param name="Wall">From the moment the warm worker could take the first prompt to the moment the last message was deleted.</param>
/// <param name="Processor">The processor time the worker used over it.</param>
/// <param name="MostAtOnce">How many calls were under way at once, at most.</param>
/// <param name="Wait">How long a prompt waited for its call on average, where prompts come one by one.</param>
internal sealed record WorkerRun(TimeSpan Wall, TimeSpan Processor, int MostAtOnce, TimeSpan? Wait)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Runs a load on a fresh Azurite. The worker is warmed up first, then frozen while all prompts are sent; the clock starts when it is let go.
    /// Where prompts come one by one, the clock starts with the first. Both sides are treated alike.
    /// </summary>
    /// <exception cref="InvalidOperationException">A prompt has no result, or was called more than once.</exception>
    public static async Task<WorkerRun> MeasureAsync(Worker worker, Load load, Takes takes, CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, cancellationToken);
        await cluster.Prompts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var process = await worker.StartAsync(cluster, load.AtOnce, takes, cancellationToken);

        // Code is compiled and connections are open when the clock starts
        await cluster.Emulator.SetAsync(new { latencyMs = 100 }, cancellationToken);
        await SendAsync(cluster, "warm", 2 * load.AtOnce, cancellationToken);
        await EmptyAsync(cluster, cancellationToken);

        await cluster.Emulator.SetAsync(new { latencyMs = (int)load.Latency.TotalMilliseconds }, cancellationToken);
        if (load.Every is null)
        {
            await process.FreezeAsync();
            await SendAsync(cluster, "prompt", load.Prompts, cancellationToken);
        }

        var processor = Worker.ProcessorTime(process);
        var started = TimeProvider.System.GetTimestamp();
        IReadOnlyDictionary<string, DateTimeOffset>? sent = null;
        if (load.Every is { } every)
            sent = await TrickleAsync(cluster, load.Prompts, every, cancellationToken);
        else
            await process.ThawAsync();
        await EmptyAsync(cluster, cancellationToken);
        var (wall, used) = (TimeProvider.System.GetElapsedTime(started), Worker.ProcessorTime(process) - processor);
        var calls = await CheckAsync(cluster, worker, load, cancellationToken);
        var wait = sent is null ? (TimeSpan?)null : TimeSpan.FromSeconds(calls.Average(call => (call.Started - sent[call.JobId!]).TotalSeconds));
        return new WorkerRun(wall, used, UnderWay.MostOf(calls), wait);
    }

    // By the clock, so that a slow send does not slow the ones behind it
    private static async Task<IReadOnlyDictionary<string, DateTimeOffset>> TrickleAsync(Cluster cluster, int count, TimeSpan every, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var sends = new List<Task>();
        var sent = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var n in Enumerable.Range(0, count))
        {
            if ((every * n) - TimeProvider.System.GetElapsedTime(started) is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, TimeProvider.System, cancellationToken);
            var id = $"prompt-{n:0000}";
            sent[id] = TimeProvider.System.GetUtcNow();
            sends.Add(cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, cancellationToken));
        }

        await Task.WhenAll(sends);
        return sent;
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

    private static async Task<IReadOnlyList<SeenCall>> CheckAsync(Cluster cluster, Worker worker, Load load, CancellationToken cancellationToken)
    {
        var ended = (await cluster.EndedAsync(cancellationToken)).Count(id => id.StartsWith("prompt-", StringComparison.Ordinal));
        var calls = (await cluster.Emulator.CallsAsync(cancellationToken)).Where(call => call.JobId?.StartsWith("prompt-", StringComparison.Ordinal) == true).ToList();
        if (ended != load.Prompts || calls.Count != load.Prompts)
            throw new InvalidOperationException($"The {worker.Name} was given {load.Prompts} prompts: {ended} have a result, {calls.Count} calls were made.");
        return calls;
    }
}
