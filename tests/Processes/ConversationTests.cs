using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Turns arrive in any order, some twice, at two hosts that die now and then.</summary>
[Collection(ProcessTests.Name)]
public sealed class ConversationTests(ITestOutputHelper output)
{
    private const int LatencyMs = 2500;

    private static readonly int Conversations = ProcessTests.Soak ? 200 : 50;
    private static readonly int Turns = ProcessTests.Soak ? 6 : 4;
    private static readonly int Kills = ProcessTests.Soak ? 12 : 3;
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(ProcessTests.Soak ? 60 : 6);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turns_are_asked_in_order_and_none_goes_on_from_a_message_twice()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = LatencyMs }, Cancel);
        var hosts = await HostPair.StartAsync(cluster, HostPair.QuickRecovery, Cancel);

        await SendAsync(cluster, random);
        await hosts.SufferAsync(Kills, KillTime, LatencyMs, random, Cancel, call => call.ParentMessageId is not null);
        await Waiting.UntilAsync(
            "every turn has ended",
            async () => (await cluster.EndedAsync(Cancel)).Count >= Conversations * Turns,
            Cancel);

        string[] sent = [.. All().Select(turn => TurnOrder.JobId(turn.Conversation, turn.Turn))];
        var books = await Books.CloseAsync(cluster, sent, Cancel);
        output.WriteLine($"{books.Summary()}; {books.Outcomes.Values.Count(outcome => outcome.Rebuilt)} rebuilt");
        books.Problems().ShouldBeEmpty();
        TurnOrder.Problems(books.Calls, Conversations, Turns).ShouldBeEmpty();
        Torn(books).ShouldBeEmpty();

        // The first kill has met a call of a later turn
        books.Outcomes.Values.ShouldContain(outcome => outcome.Rebuilt);
    }

    private static IEnumerable<(int Conversation, int Turn)> All() =>
        Enumerable.Range(0, Conversations).SelectMany(conversation => Enumerable.Range(1, Turns).Select(turn => (conversation, turn)));

    private static async Task SendAsync(Cluster cluster, Random random)
    {
        var deliveries = All().SelectMany(turn => Enumerable.Repeat(turn, random.Next(10) == 0 ? 2 : 1)).ToArray();
        random.Shuffle(deliveries);
        foreach (var (conversation, turn) in deliveries)
        {
            var id = TurnOrder.JobId(conversation, turn);
            await cluster.SendAsync(new { id, conversation = $"customer-{conversation}", turn, prompt = PromptMark.Text(id) }, Cancel);
        }
    }

    // A turn that does not say it was rebuilt must be on the conversation of the one before
    private static IEnumerable<string> Torn(Books books) =>
        from turn in All()
        where turn.Turn > 1
        let before = books.Outcomes[TurnOrder.JobId(turn.Conversation, turn.Turn - 1)]
        let after = books.Outcomes[TurnOrder.JobId(turn.Conversation, turn.Turn)]
        where after is { State: "succeeded", Rebuilt: false } && before.State == "succeeded" && after.ConversationId != before.ConversationId
        select $"{after.Id}: is on another conversation than {before.Id} and does not say that it was rebuilt.";
}
