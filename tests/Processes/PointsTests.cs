using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>The points run out while two hosts are busy.</summary>
[Collection(ProcessTests.Name)]
public sealed class PointsTests(ITestOutputHelper output)
{
    private const int AtOnce = 30;
    private const int Affordable = 89;
    private const int PointsPerCall = 10;
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Latency = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);
    private static readonly string[] Sent = [.. Enumerable.Range(0, 150).Select(n => $"prompt-{n:000}")];

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Sparrow__MaxConcurrency__Standard"] = $"{AtOnce / 2}",
        ["Gate__ProbeInterval"] = Probe.ToString("c"),
        ["Gate__MaxProbeInterval"] = (2 * Probe).ToString("c"),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_points_only_probes_are_sent_and_with_new_ones_all_goes_on()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = (int)Latency.TotalMilliseconds, points = Affordable * PointsPerCall }, Cancel);
        await HostPair.StartAsync(cluster, Settings, Cancel);
        foreach (var id in Sent) await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel);

        await Waiting.UntilAsync("a few probes were sent", async () => Settled(await cluster.Emulator.CallsAsync(Cancel)).Count >= 3, TimeSpan.FromMinutes(1), Cancel);
        var poor = await cluster.Emulator.CallsAsync(Cancel);
        await cluster.Emulator.SetAsync(new { points = Sent.Length * PointsPerCall }, Cancel);
        await Waiting.UntilAsync(
            "every job has ended", async () => (await cluster.EndedAsync(Cancel)).Count == Sent.Length, TimeSpan.FromMinutes(2), Cancel);

        var refused = poor.First(call => call.Status == 402).Started;
        var underWay = poor.Count(call => call.Started <= refused && call.Ended >= refused);
        var further = poor.Where(call => call.Started > refused).ToList();
        var mostProbes = (int)((further[^1].Started - refused) / Probe);
        output.WriteLine($"{underWay} calls under way at the first refusal, then {further.Count} of which at most {mostProbes} are probes");
        further.Count.ShouldBeLessThanOrEqualTo(underWay + mostProbes);
        var probes = Settled(poor);
        probes.Zip(probes.Skip(1), (one, next) => next.Started - one.Started).ShouldAllBe(gap => gap > 0.9 * Probe);

        var books = await Books.CloseAsync(cluster, Sent, Cancel);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();
        books.DeadLetters.ShouldBeEmpty();
        books.Outcomes.Values.ShouldAllBe(outcome => outcome.State == "succeeded" && outcome.PossiblyBilled == 0);
    }

    // By now every call that was under way has ended, and the one that may have followed it too
    private static List<SeenCall> Settled(IReadOnlyList<SeenCall> calls) =>
        calls.FirstOrDefault(call => call.Status == 402) is { } first ? [.. calls.Where(call => call.Started > first.Started + Settling)] : [];
}
