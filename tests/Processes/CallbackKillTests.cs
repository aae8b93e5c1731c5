using Azure.Storage.Queues;
using SparrowFunctions.Tests.Core.Callbacks;
using SparrowFunctions.Tests.Core.Sparrow;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Hosts die while their callbacks are under way: each event is told all the same, under its one id.</summary>
[Collection(ProcessTests.Name)]
public sealed class CallbackKillTests(ITestOutputHelper output)
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

    private static readonly string[] Sent = [.. Enumerable.Range(0, ProcessTests.Soak ? 60 : 12).Select(n => $"prompt-{n}")];

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Callbacks__Secret"] = Secret,
        ["Callbacks__AllowedHosts"] = "127.0.0.1",
        ["LocalHost__MessageVisibility"] = "00:00:15",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callbacks_of_hosts_that_are_killed_in_the_middle_of_telling_are_told_by_others()
    {
        var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new RawServer(async (_, connection) =>
        {
            // Heard, but not acknowledged before both hosts have died
            await isOpen.Task;
            await connection.RespondAsync(204, "");
        });
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        var hosts = await Task.WhenAll(cluster.StartHostAsync(Settings, Cancel), cluster.StartHostAsync(Settings, Cancel));
        await Task.WhenAll(Sent.Select(id => cluster.SendAsync(new { id, prompt = "x", callback = new { url = $"{receiver.Url}/{id}" } }, Cancel)));
        await Waiting.UntilAsync("every event has been heard once", () => Heard(receiver).Count == Sent.Length, Cancel);

        foreach (var host in hosts)
        {
            await host.Process.KillAsync();
            if (host == hosts[0])
                await cluster.StartHostAsync(Settings, Cancel);
        }

        isOpen.SetResult();
        var queue = new QueueClient(cluster.Azurite.ConnectionString, "callbacks");
        await Waiting.UntilAsync(
            "every event is told", async () => (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount == 0, Cancel);

        var heard = Heard(receiver);
        output.WriteLine($"{receiver.Requests.Count} requests for {heard.Count} events");
        heard.ShouldAllBe(each => each.Value.Length > 1, "what a killed host had told was not acknowledged");
        heard.ShouldAllBe(each => each.Value.Select(request => request.Header("webhook-id")).Distinct().Count() == 1);
        heard.ShouldAllBe(each => each.Value.Select(request => request.BodyText).Distinct().Count() == 1);
        (await WebhookVerifier.VerifyAsync(Secret, receiver.Requests)).ShouldAllBe(verdict => verdict == "ok");
        (await cluster.Emulator.CallsAsync(Cancel)).Count.ShouldBe(Sent.Length);
        (await new QueueClient(cluster.Azurite.ConnectionString, "callbacks-poison").GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(0);
    }

    private static Dictionary<string, RawRequest[]> Heard(RawServer receiver) =>
        receiver.Requests.GroupBy(request => request.FirstLine).ToDictionary(each => each.Key, each => each.ToArray());
}
