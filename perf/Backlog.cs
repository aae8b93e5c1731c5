using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>Far more prompts than places, and calls that take long: what holding messages that must wait costs in operations and in memory.</summary>
/// <param name="load">What the host is given.</param>
/// <param name="takes">By which numbers it takes messages.</param>
internal sealed class Backlog(Load load, Takes takes)
{
    /// <summary>The one that host.json's numbers are judged by; takes half an hour.</summary>
    public static readonly Load Full = new(1000, 32, TimeSpan.FromSeconds(60));

    /// <summary>Enough to see that it works.</summary>
    public static readonly Load Small = new(100, 8, TimeSpan.FromMilliseconds(200));

    /// <summary>Measures and prints; there is no goal but not to be dearer than other numbers.</summary>
    /// <returns>0.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: true, cancellationToken);
        await cluster.Prompts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await cluster.Emulator.SetAsync(new { latencyMs = (int)load.Latency.TotalMilliseconds }, cancellationToken);
        var host = await Worker.Product.StartAsync(cluster, load.AtOnce, takes, cancellationToken);
        var log = new StorageLog(cluster.AccessLog);
        var mark = log.Mark();
        using var peak = new MemoryPeak(host.Id);
        foreach (var id in Enumerable.Range(0, load.Prompts).Select(n => $"prompt-{n:0000}"))
            await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, cancellationToken);
        await log.UntilDoneAsync(mark, load.Prompts, (load.Ideal * 3) + TimeSpan.FromMinutes(5), cancellationToken);

        // Empty looks at queues are left in
        var operations = log.Since(mark).Where(operation => operation.Name != "queue prompts: send").ToArray();
        var calls = await cluster.Emulator.CallsAsync(cancellationToken);
        if (calls.Count != load.Prompts)
            throw new InvalidOperationException($"{load.Prompts} prompts were sent and {calls.Count} calls made.");
        Console.WriteLine(
            $"backlog of {load.Prompts} with {load.AtOnce} at once, {takes}, {load.Latency.TotalSeconds:0.0} s a call: "
            + $"{(double)operations.Length / load.Prompts:0.00} operations each, peak {peak.Megabytes:0} MB, at most {UnderWay.MostOf(calls)} at once, {Machine.Describe()}");
        Operations.Print(operations, load.Prompts);
        return 0;
    }
}
