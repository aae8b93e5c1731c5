using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>How soon somebody goes on with what a dead host held.</summary>
[Collection(ProcessTests.Name)]
public sealed class TakeoverTests(ITestOutputHelper output)
{
    // Three times the minute that is promised: the machine may be busy
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly string[] Sent = [.. Enumerable.Range(0, 6).Select(n => $"prompt-{n}")];

    // The lease is the default one; only the delay before the repeated call is shortened
    private static readonly Dictionary<string, string> Settings = new() { ["Jobs__RetryDelay"] = "00:00:01" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Long_calls_of_a_killed_host_are_taken_over_with_the_usual_lease()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.HoldAsync(Cancel);
        var first = await cluster.StartHostAsync(Settings, Cancel);
        await Task.WhenAll(Sent.Select(id => cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel)));
        await Waiting.UntilAsync(
            "all calls are under way", async () => await cluster.Emulator.RunningAsync(Cancel) == Sent.Length, Cancel);
        await cluster.StartHostAsync(Settings, Cancel);

        var killed = TimeProvider.System.GetUtcNow();
        await first.Process.KillAsync();
        await cluster.Emulator.LetGoAsync(100, Cancel);
        await Waiting.UntilAsync(
            "the other host has ended all jobs", async () => (await cluster.EndedAsync(Cancel)).Count == Sent.Length, Cancel);

        var books = await Books.CloseAsync(cluster, Sent, Cancel);
        books.Problems().ShouldBeEmpty();
        books.Outcomes.Values.ShouldAllBe(outcome => outcome.State == "succeeded" && outcome.PossiblyBilled == 1);
        var slowest = books.Calls.Skip(Sent.Length).Max(call => call.Started) - killed;
        output.WriteLine($"The last job was taken over after {slowest.TotalSeconds:0.0} seconds.");
        slowest.ShouldBeLessThan(Limit);
    }
}
