using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>A host that stands still counts as dead; then it goes on as if nothing had been.</summary>
[Collection(ProcessTests.Name)]
public sealed class FreezeTests(ITestOutputHelper output)
{
    private static readonly string[] Sent = [.. Enumerable.Range(0, 20).Select(n => $"prompt-{n:00}")];

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Jobs__Lease"] = "00:00:30",
        ["Jobs__RetryDelay"] = "00:00:01",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_wakes_after_its_jobs_were_taken_over_changes_nothing_of_their_outcome()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.HoldAsync(Cancel);
        var sleeper = await cluster.StartHostAsync(Settings, Cancel);
        await Task.WhenAll(Sent.Select(id => cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel)));
        await Waiting.UntilAsync(
            "all calls are under way", async () => await cluster.Emulator.RunningAsync(Cancel) == Sent.Length, Cancel);
        await sleeper.Process.FreezeAsync();
        await cluster.Emulator.LetGoAsync(0, Cancel);
        await Waiting.UntilAsync("the first answers have gone out", async () => await cluster.Emulator.RunningAsync(Cancel) == 0, Cancel);
        await cluster.Emulator.HoldAsync(Cancel);
        await cluster.StartHostAsync(Settings, Cancel);

        // It wakes with the first answers in hand while the other makes the second calls
        await Waiting.UntilAsync(
            "the other host calls again", async () => (await cluster.Emulator.CallsAsync(Cancel)).Count >= Sent.Length + (Sent.Length / 2), Cancel);
        await sleeper.Process.ThawAsync();
        await cluster.Emulator.LetGoAsync(0, Cancel);
        await Waiting.UntilAsync(
            "every job has ended", async () => (await cluster.EndedAsync(Cancel)).Count == Sent.Length, Cancel);
        await Waiting.UntilAsync("no call is under way", async () => await cluster.Emulator.RunningAsync(Cancel) == 0, Cancel);
        await sleeper.Process.TerminateAsync();

        var books = await Books.CloseAsync(cluster, Sent, Cancel);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();
        books.Outcomes.Values.ShouldAllBe(outcome => outcome.State == "succeeded");
    }
}
