using Azure.Storage.Queues;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>How a prompt that somebody waits to see accepted is taken in: what it costs, what a crash leaves, who brings it on then.</summary>
public sealed class ChatsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Theory]
    [InlineData("""{"prompt":"x"}""", 1)]
    [InlineData("""{"prompt":"x","conversation":"c"}""", 3)]
    public async Task A_prompt_is_accepted_for_one_storage_operation_and_a_turn_for_three_beside_the_message(string prompt, int tables)
    {
        var before = _pipeline.Storage.Requests.Count;

        await AcceptAsync("job", prompt);

        var requests = _pipeline.Storage.Requests.Skip(before).ToArray();
        requests.Count(IsMessage).ShouldBe(1);
        requests.Length.ShouldBe(tables + 1, string.Join('\n', requests.Select(request => $"{request.Method} {request.Uri}")));
        requests[^1].ShouldSatisfyAllConditions(last => IsMessage(last).ShouldBeTrue());
    }

    [Fact]
    public async Task Of_two_turns_the_one_accepted_first_runs_first_however_their_messages_come()
    {
        await AcceptAsync("a", """{"prompt":"one","conversation":"c"}""");
        await AcceptAsync("b", """{"prompt":"two","conversation":"c"}""");

        await _pipeline.DeliverNextAsync(message => message.JobId == "b");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        (await _pipeline.JobAsync("b"))!.State.ShouldBe(JobState.Waiting);
        await _pipeline.DeliverNextAsync(message => message.JobId == "a");

        (await PromptsAsync()).ShouldBe(["one", "two"]);
        (await _pipeline.JobAsync("b"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_turn_that_may_not_run_yet_has_its_place_in_line_before_it_is_accepted()
    {
        var at = _pipeline.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await AcceptAsync("later", $$"""{"prompt":"one","conversation":"c","notBefore":"{{at:O}}"}""");
        await AcceptAsync("next", """{"prompt":"two","conversation":"c"}""");
        await _pipeline.DeliverNextAsync(message => message.JobId == "next");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();

        await _pipeline.RunUntilEndedAsync("later");
        await _pipeline.RunUntilEndedAsync("next");

        (await PromptsAsync()).ShouldBe(["one", "two"]);
        Sent("later", "early").ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_may_not_run_yet_and_whose_number_is_taken_is_not_accepted()
    {
        await AcceptAsync("first", """{"prompt":"one","conversation":"c","turn":1}""");

        var refused = await AcceptAsync("second", $$"""{"prompt":"two","conversation":"c","turn":1,"notBefore":"{{_pipeline.Time.GetUtcNow().AddMinutes(5):O}}"}""");

        refused.Verdict.ShouldBe(ChatVerdict.TurnTaken);
        (await _pipeline.JobAsync("second")).ShouldBeNull();
        Sent("second", "early").ShouldBe(0);
    }

    /// <summary>Every request of an acceptance in turn: the process dies right before it takes effect, or right after.</summary>
    public static TheoryData<string, int, bool, bool> Crashes { get; } = new(
        from conversation in new[] { "", ""","conversation":"c" """ }
        from at in Enumerable.Range(0, conversation.Length == 0 ? 2 : 4)
        from after in new[] { false, true }
        from swept in new[] { false, true }
        select (conversation, at, after, swept));

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task A_crash_at_any_point_of_an_acceptance_is_survived(string conversation, int at, bool after, bool swept)
    {
        var prompt = $$"""{"prompt":"x"{{conversation}}}""";
        var n = 0;
        if (after)
            _pipeline.Storage.LosesAnswerOf = _ => n++ == at;
        else
            _pipeline.Storage.Before = _ => n++ == at ? throw new InvalidOperationException("The process died.") : Task.CompletedTask;
        if (after)
            _pipeline.Storage.Before = _ => n > at ? throw new InvalidOperationException("The process died.") : Task.CompletedTask;
        await Should.ThrowAsync<Exception>(() => AcceptAsync("job", prompt));
        (_pipeline.Storage.Before, _pipeline.Storage.LosesAnswerOf) = (null, null);
        var isOnRecord = await _pipeline.JobAsync("job") is not null;
        isOnRecord.ShouldBe(at > 0 || after);

        if (swept && isOnRecord)
        {
            await _pipeline.PassAsync(Chats.Patience + TimeSpan.FromMinutes(1));
            await _pipeline.Get<Chats>().SweepAsync(Cancel);
        }
        else
        {
            (await AcceptAsync("job", prompt)).Verdict.ShouldBe(ChatVerdict.Accepted);
        }

        (await _pipeline.RunUntilEndedAsync("job")).State.ShouldBe(JobState.Succeeded);
        await AcceptAsync("next", """{"prompt":"y","conversation":"c"}""");
        (await _pipeline.RunUntilEndedAsync("next")).State.ShouldBe(JobState.Succeeded);
        (await PromptsAsync()).ShouldBe(["x", "y"]);
    }

    [Fact]
    public async Task A_repeated_send_of_what_is_still_queued_sends_again_and_of_what_has_ended_does_not()
    {
        await AcceptAsync("job", """{"prompt":"x"}""");
        await AcceptAsync("job", """{"prompt":"x"}""");
        Sent("job", "chat").ShouldBe(2);
        await _pipeline.RunUntilEndedAsync("job");

        (await AcceptAsync("job", """{"prompt":"x"}""")).Job.State.ShouldBe(JobState.Succeeded);

        Sent("job", "chat").ShouldBe(2);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_sweep_leaves_alone_what_is_young_what_has_ended_and_what_is_still_in_line()
    {
        await AcceptAsync("ended", """{"prompt":"x"}""");
        await _pipeline.RunUntilEndedAsync("ended");
        await AcceptAsync("lost", """{"prompt":"y"}""");
        await ClearLineAsync();
        await _pipeline.PassAsync(Chats.Patience);
        await AcceptAsync("young", """{"prompt":"z"}""");
        await _pipeline.Get<Chats>().SweepAsync(Cancel);
        All("swept").ShouldBeEmpty("the message of young is in line since before lost was accepted, as storage's clock has it");

        await ClearLineAsync();
        await _pipeline.PassAsync(TimeSpan.FromMinutes(1));
        await _pipeline.Get<Chats>().SweepAsync(Cancel);

        All("swept").ShouldBe(["lost"]);
    }

    [Fact]
    public async Task The_sweep_wakes_what_was_put_off_and_whose_time_has_long_come()
    {
        var at = _pipeline.Time.GetUtcNow() + TimeSpan.FromHours(1);
        await AcceptAsync("later", $$"""{"prompt":"x","notBefore":"{{at:O}}"}""");
        await ClearLineAsync();
        await _pipeline.Get<Chats>().SweepAsync(Cancel);
        All("swept").ShouldBeEmpty();

        await _pipeline.PassAsync(TimeSpan.FromHours(1) + Chats.Patience + TimeSpan.FromSeconds(1));
        await _pipeline.Get<Chats>().SweepAsync(Cancel);

        All("swept").ShouldBe(["later"]);
        await _pipeline.DeliverNextAsync(message => message.Reason == "swept");
        (await _pipeline.JobAsync("later"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task The_sweep_brings_on_a_failed_job_that_was_sent_again_and_whose_message_was_lost()
    {
        await _pipeline.FaultAsync("""{"status":400}""", always: false);
        await AcceptAsync("job", """{"prompt":"x"}""");
        await _pipeline.RunUntilEndedAsync("job");
        _pipeline.Storage.Before = request => IsMessage(request) ? throw new InvalidOperationException("The process died.") : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(() => _pipeline.Get<Redrive>().JobAsync(JobId.Parse("job"), Cancel));
        _pipeline.Storage.Before = null;
        await ClearLineAsync();

        await _pipeline.PassAsync(Chats.Patience + TimeSpan.FromSeconds(1));
        await _pipeline.Get<Chats>().SweepAsync(Cancel);

        (await _pipeline.RunUntilEndedAsync("job")).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Another_prompt_under_the_same_id_is_told_apart()
    {
        await AcceptAsync("job", """{"prompt":"x"}""");

        (await AcceptAsync("job", """{"prompt":"y"}""")).Verdict.ShouldBe(ChatVerdict.OtherContent);

        Sent("job", "chat").ShouldBe(1);
    }

    [Fact]
    public async Task Messages_sent_here_never_expire()
    {
        await AcceptAsync("job", """{"prompt":"x"}""");

        (await _pipeline.TakeAsync(StorageNames.WorkQueue)).ExpiresOn!.Value.Year.ShouldBe(9999);
    }

    private async Task<ChatReceipt> AcceptAsync(string id, string prompt)
    {
        var (accepted, rejection) = await _pipeline.Get<PromptIntake>().TakeAsync(prompt, Cancel);
        rejection.ShouldBeNull();
        return await _pipeline.Get<Chats>().AcceptAsync(JobId.Parse(id), accepted!, "http", Cancel);
    }

    // What is in line by the queue's own clock; the product's line keeps what was sent
    private async Task ClearLineAsync()
    {
        QueueClient work = _pipeline.Account.Queues.GetQueueClient(StorageNames.WorkQueue);
        await work.ClearMessagesAsync(Cancel);
    }

    private int Sent(string id, string reason) => _pipeline.Work.All.Count(sent => sent.Message.JobId == id && sent.Message.Reason == reason);

    private string?[] All(string reason) => [.. _pipeline.Work.All.Where(sent => sent.Message.Reason == reason).Select(sent => sent.Message.JobId)];

    private async Task<string?[]> PromptsAsync() => [.. (await _pipeline.CallsAsync()).Select(call => call.GetProperty("prompt").GetString())];

    private static bool IsMessage(StorageRequest request) => request.Method == "POST" && request.Uri.AbsolutePath.EndsWith("/work/messages", StringComparison.Ordinal);
}
