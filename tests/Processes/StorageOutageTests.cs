using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Storage stops answering while calls are under way.</summary>
[Collection(ProcessTests.Name)]
public sealed class StorageOutageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> Settings = new() { ["Jobs__RetryDelay"] = "00:00:01" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Half_a_minute_without_storage_costs_no_prompt_and_no_call()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.HoldAsync(Cancel);
        await Task.WhenAll(cluster.StartHostAsync(Settings, Cancel), cluster.StartHostAsync(Settings, Cancel));
        var sent = Enumerable.Range(0, 240).Select(n => $"prompt-{n:000}").ToArray();
        foreach (var id in sent) await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel);
        await Waiting.UntilAsync(
            "calls are under way", async () => await cluster.Emulator.RunningAsync(Cancel) >= 20, Cancel);

        await ProcessSignal.SendAsync(cluster.Azurite.Process.Id, "STOP");
        await cluster.Emulator.LetGoAsync(1500, Cancel);
        await Task.Delay(Outage, TimeProvider.System, Cancel);
        await ProcessSignal.SendAsync(cluster.Azurite.Process.Id, "CONT");

        await Waiting.UntilAsync(
            "every job has ended", async () => (await cluster.EndedAsync(Cancel)).Count >= sent.Length, Cancel);
        var books = await Books.CloseAsync(cluster, sent, Cancel);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();
        books.Outcomes.Values.ShouldAllBe(outcome => outcome.State == "succeeded" && outcome.PossiblyBilled == 0);
        books.Calls.Count.ShouldBe(sent.Length);
    }
}
