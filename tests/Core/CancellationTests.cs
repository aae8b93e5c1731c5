using System.Text.Json;
using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>A job that is called off never runs if it has not, keeps its answer if it has, and never stands in others' way.</summary>
public sealed class CancellationTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task Before_its_call_it_never_runs()
    {
        await AcceptAsync("job", """{"prompt":"x"}""");

        (await CallOffAsync("job"))!.State.ShouldBe(JobState.Cancelled);
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(5));

        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        var result = await _pipeline.ResultAsync("job/result.json");
        (Text(result, "state"), Text(result, "reason"), Text(result, "answer")).ShouldBe(("cancelled", "Called off before it ran.", null));
        (await _pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task While_it_waits_for_another_try_it_is_not_tried_again()
    {
        await _pipeline.FaultAsync("""{"status":503}""", always: true);
        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));
        var calls = (await _pipeline.CallsAsync()).Count;

        await CallOffAsync("job");
        await _pipeline.RunForAsync(TimeSpan.FromHours(1));

        (await _pipeline.CallsAsync()).Count.ShouldBe(calls);
        Text(await _pipeline.ResultAsync("job/result.json"), "state").ShouldBe("cancelled");
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task During_its_call_it_is_cancelled_and_the_answer_is_still_stored(bool withFile)
    {
        if (withFile)
            await _pipeline.AnswerAsync(new { promptContains = "x", text = "Here.", files = new[] { new { name = "a.txt", contentType = "text/plain", base64 = "YQ==" } } });
        await _pipeline.HoldCallsAsync();
        var running = _pipeline.RunAsync("""{"id":"job","prompt":"x","wantFiles":true}""");
        await Eventually.TrueAsync("the call is under way", async () => (await _pipeline.CallsAsync()).Count == 1);

        var cancelled = (await CallOffAsync("job"))!;

        (cancelled.State, cancelled.Reason, cancelled.PossiblyBilled).ShouldBe((JobState.Cancelled, "Called off while its call was under way.", 1));
        Text(await _pipeline.ResultAsync("job/result.json"), "state").ShouldBe("cancelled");
        await _pipeline.LetCallsGoAsync();
        await _pipeline.PumpAsync(running);
        var result = await _pipeline.ResultAsync("job/result.json");
        Text(result, "state").ShouldBe("cancelled");
        Text(result, "answer").ShouldBe(await _pipeline.BlobAsync("results", "job/answer.md"));
        if (withFile)
            Text(result, "answer")!.ShouldContain("files/a.txt");
        result.GetProperty("possiblyBilled").GetInt32().ShouldBe(0);
        result.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Object);
        result.GetProperty("files").GetArrayLength().ShouldBe(withFile ? 1 : 0);

        // Tried once, on the condition that there is none; what is cancelled never shows another end
        _pipeline.Storage.Requests.Count(request => request is { Method: "PUT" } && request.Uri.AbsolutePath.EndsWith("job/result.json", StringComparison.Ordinal)
            && request.Body.Contains("\"state\": \"succeeded\"", StringComparison.Ordinal)).ShouldBe(1);
        var job = (await _pipeline.JobAsync("job"))!;
        (job.State, job.PossiblyBilled, job.Attempts[^1].Status).ShouldBe((JobState.Cancelled, 0, 200));
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_whose_result_was_written_right_before_stays_in_the_cancelled_one()
    {
        // The result is written, the row is not yet: there the job is called off
        var isOff = false;
        _pipeline.Storage.Before = async request =>
        {
            if (!isOff && request.Body.Contains("\"State\":\"succeeded\"", StringComparison.Ordinal))
            {
                isOff = true;
                await CallOffAsync("job");
            }
        };

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));

        isOff.ShouldBeTrue();
        var result = await _pipeline.ResultAsync("job/result.json");
        (Text(result, "state"), result.GetProperty("response").ValueKind).ShouldBe(("cancelled", JsonValueKind.Object));
        Text(result, "answer")!.ShouldContain("\"x\"");
        (await _pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task A_call_that_fails_after_it_was_called_off_is_not_repeated()
    {
        await _pipeline.FaultAsync("""{"status":500,"delayMs":86400000}""", always: true);
        var running = _pipeline.RunAsync("""{"id":"job","prompt":"x"}""");
        await Eventually.TrueAsync("the call is under way", async () => (await _pipeline.CallsAsync()).Count == 1);

        await CallOffAsync("job");
        await _pipeline.ReleaseAsync();
        await _pipeline.PumpAsync(running);
        await _pipeline.RunForAsync(TimeSpan.FromHours(1));

        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
        (await _pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Cancelled);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_conversation_goes_on_with_the_turn_that_waits()
    {
        await AcceptAsync("a", """{"prompt":"one","conversation":"c"}""");
        await AcceptAsync("b", """{"prompt":"two","conversation":"c"}""");
        await _pipeline.DeliverNextAsync(message => message.JobId == "b");

        await CallOffAsync("a");

        (await _pipeline.RunUntilEndedAsync("b")).State.ShouldBe(JobState.Succeeded);
        (await PromptsAsync()).ShouldBe(["two"]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nobody_waits_for_a_turn_that_was_called_off_in_line(int which)
    {
        for (var n = 1; n <= 4; n++)
            await AcceptAsync($"t{n}", $$"""{"prompt":"turn {{n}}","conversation":"c","turn":{{n}}}""");
        await CallOffAsync($"t{which}");
        var began = _pipeline.Time.GetUtcNow();

        for (var n = 1; n <= 4; n++)
        {
            if (n != which)
                (await _pipeline.RunUntilEndedAsync($"t{n}")).State.ShouldBe(JobState.Succeeded);
        }

        (await PromptsAsync()).ShouldBe(Enumerable.Range(1, 4).Where(n => n != which).Select(n => $"turn {n}"));
        (_pipeline.Time.GetUtcNow() - began).ShouldBeLessThan(TimeSpan.FromMinutes(5), "a missing turn would be waited for much longer");
        (await _pipeline.JobAsync("t4"))!.Warning.ShouldBeNull();
    }

    [Fact]
    public void Turns_that_are_gone_are_passed_over_one_and_all()
    {
        var head = new Head { Key = new ConversationKey("c"), Active = "t1", ActiveTurn = 1 };

        head = head.Without(3).Without(2).Without(2).Without(6);

        head.Gone.Order().ShouldBe([2, 3, 6]);
        (head.Past(1).Next, string.Join(',', head.Past(1).Gone)).ShouldBe((4, "6"));
        (head.Past(5).Next, head.Past(5).Gone.Count).ShouldBe((7, 0));
        Head.Read(head.Write("w")).Gone.ShouldBe(head.Gone);
    }

    [Fact]
    public async Task Calling_off_twice_does_it_once_and_an_ended_job_stays_as_it_ended()
    {
        await AcceptAsync("job", """{"prompt":"x"}""");
        var first = await CallOffAsync("job");
        var second = await CallOffAsync("job");
        (second!.State, second.EndedAt).ShouldBe((JobState.Cancelled, first!.EndedAt));

        await _pipeline.RunAsync("""{"id":"done","prompt":"y"}""");
        (await CallOffAsync("done"))!.State.ShouldBe(JobState.Succeeded);
        (await CallOffAsync("none")).ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_dies_right_after_calling_off_leaves_the_rest_to_the_message_that_was_sent_before()
    {
        await AcceptAsync("a", """{"prompt":"one","conversation":"c"}""");
        await AcceptAsync("b", """{"prompt":"two","conversation":"c"}""");
        await _pipeline.DeliverNextAsync(message => message.JobId == "b");
        var isCancelled = false;
        _pipeline.Storage.Before = request =>
        {
            if (isCancelled)
                throw new InvalidOperationException("The process died.");
            isCancelled = request.Body.Contains("\"State\":\"cancelled\"", StringComparison.Ordinal);
            return Task.CompletedTask;
        };
        await Should.ThrowAsync<InvalidOperationException>(() => CallOffAsync("a"));
        _pipeline.Storage.Before = null;
        (await _pipeline.JobAsync("a"))!.State.ShouldBe(JobState.Cancelled);

        await _pipeline.DeliverNextAsync(message => message.Reason == "cancel");

        Text(await _pipeline.ResultAsync("a/result.json"), "state").ShouldBe("cancelled");
        (await _pipeline.RunUntilEndedAsync("b")).State.ShouldBe(JobState.Succeeded);
    }

    /// <summary>More requests than calling off makes, so that the last ones are met too.</summary>
    public static TheoryData<int, bool> Crashes { get; } = new(from at in Enumerable.Range(0, 12) from after in new[] { false, true } select (at, after));

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task A_crash_at_any_point_of_calling_off_leaves_nothing_stuck(int at, bool after)
    {
        await AcceptAsync("a", """{"prompt":"one","conversation":"c"}""");
        await AcceptAsync("b", """{"prompt":"two","conversation":"c"}""");
        await _pipeline.DeliverNextAsync(message => message.JobId == "b");
        var n = 0;
        _pipeline.Storage.Before = _ => (after ? n > at : n++ == at) ? throw new InvalidOperationException("The process died.") : Task.CompletedTask;
        _pipeline.Storage.LosesAnswerOf = _ => after && n++ == at;
        try
        {
            await CallOffAsync("a");
        }
        catch (Exception exception) when (exception is InvalidOperationException or Azure.RequestFailedException)
        {
            // Nobody repeats the request
        }

        (_pipeline.Storage.Before, _pipeline.Storage.LosesAnswerOf) = (null, null);
        var isOff = (await _pipeline.JobAsync("a"))!.State == JobState.Cancelled;

        (await _pipeline.RunUntilEndedAsync("a")).State.ShouldBe(isOff ? JobState.Cancelled : JobState.Succeeded);
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(2));

        (await _pipeline.JobAsync("b"))!.State.ShouldBe(JobState.Succeeded);
        Text(await _pipeline.ResultAsync("a/result.json"), "state").ShouldBe(isOff ? "cancelled" : "succeeded");
        (await PromptsAsync()).ShouldBe(isOff ? ["two"] : ["one", "two"]);
    }

    private async Task AcceptAsync(string id, string prompt)
    {
        var (accepted, _) = await _pipeline.Get<PromptIntake>().TakeAsync(prompt, Cancel);
        (await _pipeline.Get<Chats>().AcceptAsync(JobId.Parse(id), accepted!, "http", Cancel)).Verdict.ShouldBe(ChatVerdict.Accepted);
    }

    private Task<Job?> CallOffAsync(string id) => _pipeline.Get<Cancellation>().CancelAsync(JobId.Parse(id), Cancel);

    private async Task<string?[]> PromptsAsync() => [.. (await _pipeline.CallsAsync()).Select(call => call.GetProperty("prompt").GetString())];

    private static string? Text(JsonElement document, string field) => document.GetProperty(field).GetString();
}
