using System.Web;
using Azure;
using Azure.Storage.Queues;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>The minute's sweep on real queues: whatever the platform gave up on is safe before its message is deleted, and nothing holds up the rest.</summary>
public sealed class PoisonSweepTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly string[] Queues = ["prompts-poison", "work-poison", "callbacks-poison", "drop-events-poison", "webjobs-blobtrigger-poison"];

    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task The_message_of_each_queue_becomes_a_dead_letter_of_the_queue_that_it_was_first_sent_to()
    {
        var dropped = DropEvent.Write("drop", "never-taken.txt", "0x1");
        await SendAsync("prompts-poison", """{"prompt":"never taken in"}""");
        await SendAsync("work-poison", """{"jobId":"nobody","reason":"retry"}""");
        await SendAsync("callbacks-poison", "no callback");
        await SendAsync("drop-events-poison", dropped);
        await SendAsync("webjobs-blobtrigger-poison", "no blob");

        await SweepAsync();

        (await _pipeline.DeadLettersAsync()).Select(letter => (letter.GetString("Source"), letter.GetString("Original"))).ShouldBe(
            [
                ("prompts", """{"prompt":"never taken in"}"""),
                ("work", """{"jobId":"nobody","reason":"retry"}"""),
                ("callbacks", "no callback"),
                ("drop-events", dropped),
                ("webjobs-blobtrigger-poison", "no blob"),
            ],
            ignoreOrder: true);
        await AllAreEmptyAsync();
    }

    [Fact]
    public async Task A_hundred_messages_go_in_one_sweep()
    {
        await SendManyAsync(100);

        await SweepAsync();

        (await OriginalsAsync()).ShouldBe(Enumerable.Range(0, 100).Select(Text), ignoreOrder: true);
        await AllAreEmptyAsync();
    }

    [Fact]
    public async Task Five_empty_queues_cost_five_operations()
    {
        var before = _pipeline.Storage.Requests.Count;

        await SweepAsync();

        _pipeline.Storage.Requests.Skip(before).Select(request => request.Uri.AbsolutePath.Split('/')[^2]).ShouldBe(Queues);
        _pipeline.Logs.Lines.ShouldNotContain(line => line.Contains("oison queue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_fails_is_tried_once_stays_for_the_next_sweep_and_stops_no_other()
    {
        await SendAsync("prompts-poison", "the bad one");
        await SendManyAsync(40);
        await SendAsync("work-poison", """{"jobId":"nobody","reason":"retry"}""");
        var tries = 0;
        var putBack = 0;
        _pipeline.Storage.Before = async request =>
        {
            if (Writes(request, "the bad one") && Interlocked.Increment(ref tries) > 0)
                throw new RequestFailedException("The test has storage refuse this letter.");
            if (request.Method != "PUT" || !IsMessageOf(request, "prompts-poison"))
                return;

            // Visible again at once: a sweep that looked again would never end
            HttpUtility.ParseQueryString(request.Uri.Query)["visibilitytimeout"].ShouldBe("30");
            Interlocked.Increment(ref putBack);
            await ShowAsync(request);
        };

        await SweepAsync();

        (await OriginalsAsync()).ShouldBe([.. Enumerable.Range(0, 40).Select(Text), """{"jobId":"nobody","reason":"retry"}"""], ignoreOrder: true);
        tries.ShouldBe(1);
        putBack.ShouldBeGreaterThanOrEqualTo(1);
        _pipeline.Logs.Lines.Count(line => line.StartsWith("Warning: Message ", StringComparison.Ordinal) && line.Contains("of poison queue prompts-poison stays there", StringComparison.Ordinal)).ShouldBe(1);
        (await CountAsync("prompts-poison")).ShouldBe(1);

        _pipeline.Storage.Before = null;
        await SweepAsync();

        (await OriginalsAsync()).ShouldContain("the bad one");
        await AllAreEmptyAsync();
    }

    [Fact]
    public async Task A_queue_that_cannot_be_looked_at_stops_no_other()
    {
        await SendAsync("prompts-poison", "later");
        await SendAsync("work-poison", "garbage");
        _pipeline.Storage.Before = request => request.Method == "GET" && IsMessageOf(request, "prompts-poison")
            ? throw new RequestFailedException("The test cut the line to this queue.")
            : Task.CompletedTask;

        await SweepAsync();

        (await OriginalsAsync()).ShouldBe(["garbage"]);
        _pipeline.Logs.Lines.ShouldContain("Warning: Poison queue prompts-poison can't be looked at; the next minute's sweep tries again");
        _pipeline.Storage.Before = null;
        await SweepAsync();
        (await OriginalsAsync()).ShouldBe(["garbage", "later"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_no_failure()
    {
        await _pipeline.Account.Queues.DeleteQueueAsync("prompts-poison", Cancel);
        await SendAsync("work-poison", "garbage");

        await SweepAsync();

        (await OriginalsAsync()).ShouldBe(["garbage"]);
        _pipeline.Logs.Lines.ShouldNotContain(line => line.Contains("oison queue prompts-poison", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_hosts_that_sweep_at_once_make_each_letter_once()
    {
        await using var other = await _pipeline.AnotherAsync();
        await SendManyAsync(100);

        await Task.WhenAll(SweepAsync(), other.Get<PoisonSweep>().RunAsync(Cancel));

        (await OriginalsAsync()).ShouldBe(Enumerable.Range(0, 100).Select(Text), ignoreOrder: true);
        await AllAreEmptyAsync();
    }

    [Theory]
    [InlineData("prompts-poison", """{"prompt":"never taken in"}""")]
    [InlineData("work-poison", "garbage")]
    [InlineData("callbacks-poison", "garbage")]
    [InlineData("drop-events-poison", "garbage")]
    [InlineData("webjobs-blobtrigger-poison", "garbage")]
    public async Task A_host_that_dies_between_the_letter_and_the_deletion_makes_no_second_letter(string queue, string text)
    {
        await SendAsync(queue, text);
        var isDead = false;
        _pipeline.Storage.Before = async request =>
        {
            if (request.Method == "DELETE" && IsMessageOf(request, queue) && !isDead)
            {
                // Its time is over before anybody takes it again
                isDead = true;
                await ShowAsync(request);
            }

            if (isDead)
                throw new RequestFailedException("The test killed this host.");
        };
        await SweepAsync();
        isDead.ShouldBeTrue();
        var first = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (await CountAsync(queue)).ShouldBe(1);

        await using var other = await _pipeline.AnotherAsync();
        await other.Get<PoisonSweep>().RunAsync(Cancel);

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().RowKey.ShouldBe(first.RowKey);
        await AllAreEmptyAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_another_sweep_took_or_deleted_meanwhile_is_no_failure(bool deleted)
    {
        await SendAsync("prompts-poison", "x");
        _pipeline.Storage.Before = async request =>
        {
            if (request.Method != "DELETE" || !IsMessageOf(request, "prompts-poison"))
                return;
            if (deleted)
                await Queue("prompts-poison").DeleteMessageAsync(MessageId(request), Receipt(request), Cancel);
            else
                await Queue("prompts-poison").UpdateMessageAsync(MessageId(request), Receipt(request), visibilityTimeout: TimeSpan.FromMinutes(10), cancellationToken: Cancel);
        };

        await SweepAsync();

        (await OriginalsAsync()).ShouldBe(["x"]);
        (await CountAsync("prompts-poison")).ShouldBe(deleted ? 0 : 1);
        _pipeline.Logs.Lines.ShouldNotContain(line => line.Contains("oison queue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stopping_host_leaves_what_it_has_in_hand()
    {
        await SendManyAsync(3);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        _pipeline.Storage.Before = request => Writes(request, Text(1)) ? stop.CancelAsync() : Task.CompletedTask;

        await Should.ThrowAsync<OperationCanceledException>(() => _pipeline.Get<PoisonSweep>().RunAsync(stop.Token));

        var letters = (await OriginalsAsync()).Count;
        letters.ShouldBeLessThan(3);
        (await CountAsync("prompts-poison")).ShouldBe(3 - letters);
    }

    [Fact]
    public async Task A_sweep_ends_after_a_quarter_of_the_functions_time_and_keeps_the_rest()
    {
        await SendManyAsync(3);
        await SendAsync("work-poison", "garbage");
        _pipeline.Storage.After = request =>
        {
            if (request.Method == "DELETE" && IsMessageOf(request, "prompts-poison"))
                _pipeline.Time.Advance(TimeSpan.FromMinutes(5));
        };

        await SweepAsync();

        (await OriginalsAsync()).Count.ShouldBe(1);
        ((await CountAsync("prompts-poison")), (await CountAsync("work-poison"))).ShouldBe((2, 1));
    }

    private static string Text(int n) => $"{{\"prompt\":\"number {n:000}\"}}";

    private static bool Writes(StorageRequest request, string original) =>
        request.Uri.AbsolutePath.Contains("/deadletters(", StringComparison.Ordinal)
        && request.Body.Contains(original.Replace("\"", "\\u0022", StringComparison.Ordinal), StringComparison.Ordinal);

    private static bool IsMessageOf(StorageRequest request, string queue) => request.Uri.AbsolutePath.Contains($"/{queue}/messages", StringComparison.Ordinal);

    private static string MessageId(StorageRequest request) => request.Uri.AbsolutePath.Split('/')[^1];

    private static string Receipt(StorageRequest request) => HttpUtility.ParseQueryString(request.Uri.Query)["popreceipt"]!;

    private Task SweepAsync() => _pipeline.Get<PoisonSweep>().RunAsync(Cancel);

    private QueueClient Queue(string name) => _pipeline.Account.Queues.GetQueueClient(name);

    private async Task SendAsync(string queue, string text) => await Queue(queue).SendMessageAsync(text, Cancel);

    private async Task SendManyAsync(int count)
    {
        foreach (var n in Enumerable.Range(0, count))
            await SendAsync("prompts-poison", Text(n));
    }

    // Ends the time for which the sweep has hidden the message that a request is about
    private async Task ShowAsync(StorageRequest request) =>
        await Queue(request.Uri.AbsolutePath.Split('/')[^3]).UpdateMessageAsync(MessageId(request), Receipt(request), visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancel);

    private async Task<IReadOnlyList<string>> OriginalsAsync() => [.. (await _pipeline.DeadLettersAsync()).Select(letter => letter.GetString("Original"))];

    private async Task<int> CountAsync(string queue) => (await Queue(queue).GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount;

    private async Task AllAreEmptyAsync()
    {
        foreach (var queue in Queues)
            (await CountAsync(queue)).ShouldBe(0, queue);
    }
}
