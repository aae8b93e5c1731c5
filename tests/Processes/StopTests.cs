using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>A host is asked to stop, as on every deployment and scale-in.</summary>
[Collection(ProcessTests.Name)]
public sealed class StopTests
{
    // Three times the platform's patience of 12 seconds: the machine may be busy
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(36);

    // Few: all of them are finished well within the time that a stopping host has for it
    private static readonly string[] Sent = [.. Enumerable.Range(0, 6).Select(n => $"prompt-{n:00}")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_end_in_time_are_finished_before_the_host_ends()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        var host = await BeginAsync(cluster);

        await host.Process.TerminateAsync(meanwhile: () => cluster.Emulator.LetGoAsync(0, Cancel));

        (await cluster.EndedAsync(Cancel)).ShouldBe(Sent, ignoreOrder: true);
        (await Books.CloseAsync(cluster, Sent, Cancel)).Problems().ShouldBeEmpty();
        (await cluster.Emulator.CallsAsync(Cancel)).Count.ShouldBe(Sent.Length);
    }

    [Fact]
    public async Task Calls_that_take_too_long_do_not_hold_the_host_up()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        var host = await BeginAsync(cluster);

        (await host.Process.TerminateAsync()).ShouldBeLessThan(Limit);

        (await cluster.Emulator.CallsAsync(Cancel)).Count.ShouldBe(Sent.Length);
    }

    private static async Task<LocalHostProcess> BeginAsync(Cluster cluster)
    {
        await cluster.Emulator.HoldAsync(Cancel);
        var host = await cluster.StartHostAsync(new Dictionary<string, string>(), Cancel);
        await Task.WhenAll(Sent.Select(id => cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, Cancel)));
        await Waiting.UntilAsync(
            "all calls are under way", async () => await cluster.Emulator.RunningAsync(Cancel) == Sent.Length, Cancel);
        return host;
    }
}
