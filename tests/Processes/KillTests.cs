using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Hosts die without a word while prompts flow.</summary>
[Collection(ProcessTests.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int LatencyMs = 2000;

    private static readonly int Kills = ProcessTests.Soak ? 120 : 12;
    private static readonly TimeSpan Flow = ProcessTests.Soak ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hosts_killed_at_random_lose_no_prompt_and_repeat_no_paid_call_in_silence()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = LatencyMs }, Cancel);
        var hosts = await HostPair.StartAsync(cluster, HostPair.QuickRecovery, Cancel);

        var suffering = hosts.SufferAsync(Kills, Flow, LatencyMs, new Random(seed), Cancel);
        var sent = await FeedAsync(cluster, suffering);
        await suffering;
        await Waiting.UntilAsync(
            "every job has ended", async () => (await cluster.EndedAsync(Cancel)).Count >= sent.Count, Cancel);

        var books = await Books.CloseAsync(cluster, sent, Cancel);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();

        // The first kill has met a call
        books.Outcomes.Values.ShouldContain(outcome => outcome.PossiblyBilled > 0);
    }

    private static async Task<List<string>> FeedAsync(Cluster cluster, Task until)
    {
        var sent = new List<string>();
        while (!until.IsCompleted)
        {
            var id = $"prompt-{sent.Count:0000}";
            await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel);
            sent.Add(id);
            await Task.Delay(Pace, TimeProvider.System, Cancel);
        }

        return sent;
    }
}
