using System.Text.Json;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

public sealed class ConversationTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task The_second_turn_goes_on_where_the_first_ended()
    {
        await TurnAsync("a", "one");
        await TurnAsync("b", "two");

        var calls = await _pipeline.CallsAsync();
        var first = await _pipeline.ResultAsync("a/result.json");
        calls[1].GetProperty("conversation_id").GetString().ShouldBe(first.GetProperty("conversationId").GetString());
        calls[1].GetProperty("parent_message_id").GetString().ShouldBe(first.GetProperty("messageId").GetString());
        var second = await _pipeline.ResultAsync("b/result.json");
        second.GetProperty("turn").GetInt32().ShouldBe(2);
        second.GetProperty("rebuilt").GetBoolean().ShouldBeFalse();
        second.GetProperty("warnings").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Numbered_turns_run_in_order_however_they_arrive()
    {
        await TurnAsync("t3", "three", turn: 3);
        await TurnAsync("t2", "two", turn: 2);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        var parked = (await _pipeline.JobAsync("t2"))!;
        parked.State.ShouldBe(JobState.Waiting);
        parked.Reason.ShouldBe("Waits for its turn in its conversation.");

        await TurnAsync("t1", "one", turn: 1);

        (await PromptsAsync()).ShouldBe(["one", "two", "three"]);
        (await _pipeline.JobAsync("t3"))!.State.ShouldBe(JobState.Succeeded);
        await NoForksAsync();
    }

    [Fact]
    public async Task A_turn_that_waits_for_a_missing_one_is_woken_when_it_has_waited_long_enough()
    {
        await TurnAsync("t2", "two", turn: 2);

        var sent = _pipeline.Work.All.Where(message => message.Message.JobId == "t2").ShouldHaveSingleItem();
        (sent.Message.Reason, sent.Delay).ShouldBe(("gap", TimeSpan.FromMinutes(20)));
        await _pipeline.DeliverAsync(sent);
        (await PromptsAsync()).ShouldBe(["two"]);
    }

    [Fact]
    public async Task A_turn_that_may_not_run_yet_keeps_the_place_it_was_accepted_in()
    {
        await _pipeline.RunAsync($$"""{"id":"later","prompt":"one","conversation":"c","notBefore":"{{_pipeline.Time.GetUtcNow().AddMinutes(5):O}}"}""");
        await TurnAsync("next", "two", conversation: "c");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();

        await _pipeline.RunUntilEndedAsync("later");

        (await PromptsAsync()).ShouldBe(["one", "two"]);
        await NoForksAsync();
    }

    [Fact]
    public async Task A_delivery_that_knows_an_old_state_of_an_answered_turn_leaves_the_conversation_alone()
    {
        await _pipeline.FaultAsync("""{"status":502}""", always: false);
        await TurnAsync("a", "one");
        var stale = (await _pipeline.JobAsync("a"))!;
        await _pipeline.RunUntilEndedAsync("a");
        await TurnAsync("b", "two");

        await _pipeline.Get<JobRunner>().GoOnAsync(stale with { NextAttemptAt = null }, _pipeline.Get<Invocations>().Begin(), comesAgain: true, TestContext.Current.CancellationToken);
        await TurnAsync("c", "three");

        var calls = await _pipeline.CallsAsync();
        calls[^1].GetProperty("parent_message_id").GetString().ShouldBe((await _pipeline.ResultAsync("b/result.json")).GetProperty("messageId").GetString());
        await NoForksAsync();
    }

    [Fact]
    public async Task A_doubled_number_with_another_id_is_rejected()
    {
        await TurnAsync("mine", "one", turn: 1);
        await TurnAsync("yours", "other", turn: 1);

        var result = await _pipeline.ResultAsync("yours/result.json");
        result.GetProperty("state").GetString().ShouldBe("failed");
        result.GetProperty("kind").GetString().ShouldBe("rejected");
        result.GetProperty("reason").GetString().ShouldBe("turn: 1 of this conversation is taken by job mine. Give every turn a number of its own.");
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
        (await _pipeline.DeadLettersAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_never_comes_is_waited_for_and_then_passed_over_with_a_warning()
    {
        await TurnAsync("t1", "one", turn: 1);
        await TurnAsync("t3", "three", turn: 3);
        await TurnAsync("t4", "four", turn: 4);
        (await PromptsAsync()).ShouldBe(["one"]);

        await _pipeline.PassAsync(TimeSpan.FromMinutes(20));
        await LookAsync("t4");
        (await PromptsAsync()).ShouldBe(["one"], "the lowest goes first");
        await LookAsync("t3");

        (await PromptsAsync()).ShouldBe(["one", "three", "four"]);
        (await _pipeline.ResultAsync("t3/result.json")).GetProperty("warnings")[0].GetString()
            .ShouldBe("Turn 3 ran without turn 2, which did not come within 00:20:00.");
        await TurnAsync("t2", "two", turn: 2);
        (await PromptsAsync()).ShouldBe(["one", "three", "four", "two"]);
        (await _pipeline.ResultAsync("t2/result.json")).GetProperty("warnings")[0].GetString()
            .ShouldBe("Turn 2 came after turn 4 had been run without it.");
    }

    [Fact]
    public async Task The_warning_of_a_turn_that_passed_another_over_outlives_the_worker_that_took_the_word_for_it()
    {
        await TurnAsync("t1", "one", turn: 1);
        await TurnAsync("t3", "three", turn: 3);
        await _pipeline.PassAsync(TimeSpan.FromMinutes(20));
        await DieBeforeAsync(request => request.Body.Contains("\"State\":\"running\"", StringComparison.Ordinal), () => LookAsync("t3"));

        await LookAsync("t3");

        (await _pipeline.ResultAsync("t3/result.json")).GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString())
            .ShouldBe(["Turn 3 ran without turn 2, which did not come within 00:20:00."]);
    }

    /// <summary>The answer is heard of at once, or found by whoever comes after the worker that stored it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_in_another_conversation_is_taken_with_a_warning_and_the_next_turn_begins_anew(bool adopted)
    {
        await TurnAsync("a", "one");
        var answer = (await _pipeline.ResultAsync("a/result.json")).GetProperty("response").GetRawText()
            .Replace((await _pipeline.ResultAsync("a/result.json")).GetProperty("conversationId").GetString()!, "elsewhere", StringComparison.Ordinal);
        await _pipeline.FaultAsync(new { match = new { promptContains = "two" }, fault = new { body = JsonDocument.Parse(answer).RootElement } });
        if (adopted)
        {
            await DieBeforeAsync(request => request.Uri.AbsolutePath.EndsWith("/b/result.json", StringComparison.Ordinal), () => TurnAsync("b", "two"));
            await LookAsync("b");
        }
        else
        {
            await TurnAsync("b", "two");
        }

        await TurnAsync("c", "three");

        var strayed = await _pipeline.ResultAsync("b/result.json");
        (strayed.GetProperty("state").GetString(), strayed.GetProperty("conversationId").GetString()).ShouldBe(("succeeded", "elsewhere"));
        strayed.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString())
            .ShouldBe(["Sparrow answered in another conversation than was asked; the next turn begins anew from the stored turns."]);
        (await _pipeline.ResultAsync("c/result.json")).GetProperty("rebuilt").GetBoolean().ShouldBeTrue();
        var calls = await _pipeline.CallsAsync();
        calls.Count.ShouldBe(3);
        calls[2].GetProperty("conversation_id").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_turn_in_durable_retry_keeps_its_place()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "one" }, fault = new { status = 500 } });
        await TurnAsync("a", "one");
        await TurnAsync("b", "two");
        (await PromptsAsync()).ShouldBe(["one"]);

        await _pipeline.PassAsync(TimeSpan.FromMinutes(1));
        await LookAsync("a");

        (await PromptsAsync()).ShouldBe(["one", "one", "two"]);
    }

    [Fact]
    public async Task A_turn_that_fails_lets_the_next_one_speak()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "bad" }, fault = new { status = 409, body = "{\"detail\":\"no\"}" } });
        await TurnAsync("t2", "good", turn: 2);
        await TurnAsync("t1", "bad", turn: 1);

        (await _pipeline.JobAsync("t1"))!.State.ShouldBe(JobState.Failed);
        (await _pipeline.JobAsync("t2"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task After_the_hold_the_conversation_is_rebuilt_from_its_turns()
    {
        await TurnAsync("a", "My name is Ada.");
        await _pipeline.PassAsync(TimeSpan.FromMinutes(4));

        await TurnAsync("b", "What is my name?");

        var call = (await _pipeline.CallsAsync())[1];
        call.GetProperty("route").GetString().ShouldBe("/standard/openai-system/all-tools");
        call.GetProperty("conversation_id").ValueKind.ShouldBe(JsonValueKind.Null);
        call.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "user"]);
        call.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe("My name is Ada.");
        (await _pipeline.ResultAsync("b/result.json")).GetProperty("rebuilt").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_conversation_that_sparrow_lost_is_rebuilt_at_once()
    {
        await TurnAsync("a", "one");
        await _pipeline.FaultAsync(new { match = new { promptContains = "two" }, fault = new { status = 404, body = "{\"detail\":\"conversation not found\"}" } });

        await TurnAsync("b", "two");

        var result = await _pipeline.ResultAsync("b/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("rebuilt").GetBoolean().ShouldBeTrue();
        result.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("kind").GetString()).ShouldBe(["session", null]);
    }

    [Fact]
    public async Task After_a_call_of_unknown_outcome_nothing_goes_on_under_the_same_parent()
    {
        await TurnAsync("a", "one");
        await _pipeline.FaultAsync(new { match = new { promptContains = "two" }, fault = new { drop = "afterAccept" } });
        await TurnAsync("b", "two");
        await _pipeline.PassAsync(TimeSpan.FromMinutes(1));
        await LookAsync("b");
        await TurnAsync("c", "three");

        (await _pipeline.ResultAsync("b/result.json")).GetProperty("rebuilt").GetBoolean().ShouldBeTrue();
        (await PromptsAsync()).ShouldBe(["one", "two", "two", "three"]);
        await NoForksAsync();
    }

    [Fact]
    public async Task Other_conversations_never_wait()
    {
        await TurnAsync("t2", "waits", turn: 2);
        await TurnAsync("other", "goes on", conversation: "another");

        (await PromptsAsync()).ShouldBe(["goes on"]);
    }

    [Fact]
    public async Task A_turn_delivered_twice_is_one_turn()
    {
        var message = await _pipeline.SendAsync("""{"id":"twice","prompt":"x","conversation":"c"}""");
        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await TurnAsync("next", "y", conversation: "c");

        (await PromptsAsync()).ShouldBe(["x", "y"]);
        (await _pipeline.ResultAsync("next/result.json")).GetProperty("turn").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Turns_that_arrive_at_once_run_one_at_a_time()
    {
        var messages = new List<Azure.Storage.Queues.Models.QueueMessage>();
        for (var i = 1; i <= 8; i++)
            messages.Add(await _pipeline.SendAsync($$"""{"id":"t{{i}}","prompt":"turn {{i}}","conversation":"c","turn":{{i}}}"""));

        await Task.WhenAll(messages.AsEnumerable().Reverse().Select(message => _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken)));

        (await PromptsAsync()).ShouldBe(Enumerable.Range(1, 8).Select(i => $"turn {i}"));
        await NoForksAsync();
    }

    private async Task TurnAsync(string id, string prompt, int? turn = null, string conversation = "客户 42/ä") =>
        await _pipeline.RunAsync(JsonSerializer.Serialize(turn is null
            ? new Dictionary<string, object> { ["id"] = id, ["prompt"] = prompt, ["conversation"] = conversation }
            : new Dictionary<string, object> { ["id"] = id, ["prompt"] = prompt, ["conversation"] = conversation, ["turn"] = turn }));

    // From that request on nothing of the process reaches storage any more
    private async Task DieBeforeAsync(Func<StorageRequest, bool> last, Func<Task> run)
    {
        var isDead = false;
        _pipeline.Storage.Before = request =>
            (isDead |= last(request)) ? throw new InvalidOperationException("The process died.") : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(run);
        _pipeline.Storage.Before = null;
    }

    private async Task LookAsync(string jobId) => await _pipeline.Deliveries.OnWorkAsync(
        await _pipeline.SendAsync($$"""{"jobId":"{{jobId}}","reason":"look"}""", "work"), TestContext.Current.CancellationToken);

    private async Task<IEnumerable<string?>> PromptsAsync() => (await _pipeline.CallsAsync()).Select(call => call.GetProperty("prompt").GetString());

    private async Task NoForksAsync()
    {
        var parents = (await _pipeline.CallsAsync())
            .Where(call => call.GetProperty("billed").GetBoolean() && call.GetProperty("parent_message_id").ValueKind == JsonValueKind.String)
            .Select(call => (call.GetProperty("conversation_id").GetString(), call.GetProperty("parent_message_id").GetString()))
            .ToArray();
        parents.Distinct().Count().ShouldBe(parents.Length);
    }
}
