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
    private static readonly string[] Sent = [.. Enumerable.Range(0, 300).Select(n => $"prompt-{n:000}")];

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
        await Task.WhenAll(cluster.StartHostAsync(Settings, Cancel), cluster.StartHostAsync(Settings, Cancel));
        foreach (var id in Sent) await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel);

        await Waiting.UntilAsync("a few probes were sent", async () => Settled(await cluster.Emulator.CallsAsync(Cancel)).Count >= 3, Cancel);
        var poor = await cluster.Emulator.CallsAsync(Cancel);
        await cluster.Emulator.SetAsync(new { points = Sent.Length * PointsPerCall }, Cancel);
        await Waiting.UntilAsync(
            "every job has ended", async () => (await cluster.EndedAsync(Cancel)).Count == Sent.Length, Cancel);

        var refused = poor.First(call => call.Status == 402).Started;
        var further = poor.Where(call => call.Started > refused).ToList();
        var probes = Settled(poor);
        output.WriteLine($"{further.Count} calls after the first refusal, {probes.Count} of them probes");
        further.Count.ShouldBeLessThanOrEqualTo((2 * AtOnce) + MostProbes(further), "what was on its way at the first refusal, and one more each");
        probes.Count.ShouldBeLessThanOrEqualTo(MostProbes(probes));

        var books = await Books.CloseAsync(cluster, Sent, Cancel);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();
        books.DeadLetters.ShouldBeEmpty();
        books.Outcomes.Values.ShouldAllBe(outcome => outcome.State == "succeeded" && outcome.PossiblyBilled == 0);
    }

    // One each interval, two of them late on their way
    private static int MostProbes(List<SeenCall> calls) => (int)((calls[^1].Started - calls[0].Started) / Probe) + 3;

    // By now every call that was under way has ended, and the one that may have followed it too
    private static List<SeenCall> Settled(IReadOnlyList<SeenCall> calls) =>
        calls.FirstOrDefault(call => call.Status == 402) is { } first ? [.. calls.Where(call => call.Started > first.Started + Settling)] : [];
}
