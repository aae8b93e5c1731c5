using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>The memory a local host holds (resident set), idle and busy.</summary>
/// <param name="scale">How long is looked.</param>
/// <param name="takes">By which numbers the host takes messages.</param>
internal sealed class Memory(Memory.Scale scale, Takes takes)
{
    /// <summary>The most an idle host should hold, in megabytes.</summary>
    public const double IdleGoal = 150;

    /// <summary>Enough for figures that hold.</summary>
    public static readonly Scale Full = new(TimeSpan.FromSeconds(20), 256, 5000);

    /// <summary>Enough to see that it works.</summary>
    public static readonly Scale Small = new(TimeSpan.FromSeconds(1), 64, 1000);

    private const int AtOnce = 64;

    /// <summary>Measures and prints.</summary>
    /// <returns>0 when the goal is met, 2 when it is missed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, cancellationToken);
        await cluster.Emulator.SetAsync(new { latencyMs = scale.LatencyMs }, cancellationToken);
        var host = await Worker.Product.StartAsync(cluster, AtOnce, takes, cancellationToken);
        await Task.Delay(scale.Idle, TimeProvider.System, cancellationToken);
        var idle = MemoryPeak.Of(host.Id);
        Console.WriteLine($"idle: {idle:0} MB (goal below {IdleGoal:0}: {(idle < IdleGoal ? "met" : "missed")})");

        foreach (var id in Enumerable.Range(0, scale.Prompts).Select(n => $"prompt-{n:000}"))
            await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, cancellationToken);
        var mostAtOnce = 0;
        using var peak = new MemoryPeak(host.Id);
        await Waiting.UntilAsync(
            "all prompts have a result",
            async () =>
            {
                mostAtOnce = Math.Max(mostAtOnce, await cluster.Emulator.RunningAsync(cancellationToken));
                return (await cluster.EndedAsync(cancellationToken)).Count == scale.Prompts;
            },
            TimeSpan.FromMinutes(3),
            cancellationToken);
        Console.WriteLine($"peak over {scale.Prompts} prompts: {peak.Megabytes:0} MB with up to {mostAtOnce} calls in flight");
        return idle < IdleGoal ? 0 : 2;
    }

    /// <summary>How long is looked.</summary>
    /// <param name="Idle">How long the host idles before it is looked at.</param>
    /// <param name="Prompts">Prompts of the busy part.</param>
    /// <param name="LatencyMs">How long a call takes.</param>
    internal sealed record Scale(TimeSpan Idle, int Prompts, int LatencyMs);
}
