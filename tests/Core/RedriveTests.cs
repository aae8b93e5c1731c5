using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

public sealed class RedriveTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_failed_job_is_tried_again_and_keeps_its_history()
    {
        await FailOnceAsync("again");

        (await _pipeline.Get<Redrive>().OneAsync((await LetterAsync()).RowKey, Cancel)).ShouldBeTrue();
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.TakeAsync("work", "redrive"), Cancel);

        var result = await _pipeline.ResultAsync("again/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("attempts").GetArrayLength().ShouldBe(2);
        (await LetterAsync()).GetDateTimeOffset("RedrivenAt").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_letter_is_sent_again_only_once()
    {
        await FailOnceAsync("once");
        var id = (await LetterAsync()).RowKey;
        await _pipeline.Get<Redrive>().OneAsync(id, Cancel);
        await _pipeline.Get<Redrive>().OneAsync(id, Cancel);
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.TakeAsync("work", "redrive"), Cancel);

        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
        (await _pipeline.Get<Redrive>().AllAsync(null, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task A_rejected_message_goes_through_the_door_again_with_an_id_of_its_own()
    {
        await _pipeline.RunAsync("""{"prompt":"x","files":["payloads/late.txt"]}""");
        await _pipeline.PutBlobAsync("payloads/late.txt", "here now");

        (await _pipeline.Get<Redrive>().AllAsync(FailureKind.Rejected, Cancel)).ShouldBe(1);
        await _pipeline.Deliveries.OnPromptAsync(await _pipeline.TakeAsync("prompts", "redriven-"), Cancel);

        (await _pipeline.JobAsync($"redriven-{(await LetterAsync()).RowKey}"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Only_letters_of_the_kind_are_sent_again()
    {
        await FailOnceAsync("kind");

        (await _pipeline.Get<Redrive>().AllAsync(FailureKind.Transient, Cancel)).ShouldBe(0);
        (await _pipeline.Get<Redrive>().AllAsync(FailureKind.Rejected, Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task A_letter_that_is_not_there_is_said_to_be_none() =>
        (await _pipeline.Get<Redrive>().OneAsync("0-none", Cancel)).ShouldBeFalse();

    [Fact]
    public async Task A_failed_turn_speaks_again_without_disturbing_the_order_of_the_others()
    {
        await FailOnceAsync("t1", ""","conversation":"c","turn":1""");
        await _pipeline.RunAsync("""{"id":"t2","prompt":"two","conversation":"c","turn":2}""");

        await _pipeline.Get<Redrive>().JobAsync(JobId.Parse("t1"), Cancel);
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.TakeAsync("work", "redrive"), Cancel);
        await _pipeline.RunAsync("""{"id":"t3","prompt":"three","conversation":"c","turn":3}""");

        (await _pipeline.JobAsync("t1"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.JobAsync("t3"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_turn_sent_again_before_its_end_has_freed_the_word_keeps_it_until_it_ends_again()
    {
        await _pipeline.RunAsync("""{"id":"t2","prompt":"two","conversation":"c","turn":2}""");
        Task? again = null;
        _pipeline.Storage.Before = async request =>
        {
            if (again is null && request.Body.Contains("\"Active\":\"\"", StringComparison.Ordinal))
                again = await SendAgainUntilItCallsAsync("t1");
        };

        await FailOnceAsync("t1", ""","conversation":"c","turn":1""", JobState.Running);

        _pipeline.Storage.Before = null;
        await ShouldBeAnsweredBeforeTheNextAsync(again!);
    }

    [Fact]
    public async Task A_delivery_that_knows_a_turns_earlier_end_does_not_take_the_word_from_it()
    {
        await FailOnceAsync("t1", ""","conversation":"c","turn":1""");
        var failed = (await _pipeline.JobAsync("t1"))!;
        var again = await SendAgainUntilItCallsAsync("t1");
        await _pipeline.RunAsync("""{"id":"t2","prompt":"two","conversation":"c","turn":2}""");

        await _pipeline.Get<JobEnding>().TailAsync(failed, Cancel);

        await ShouldBeAnsweredBeforeTheNextAsync(again);
    }

    [Fact]
    public async Task A_delivery_that_knows_a_turns_earlier_end_does_not_take_it_out_of_the_line()
    {
        await FailOnceAsync("t1", ""","conversation":"c","turn":1""");
        var failed = (await _pipeline.JobAsync("t1"))!;
        await _pipeline.HoldCallsAsync();
        var second = _pipeline.RunAsync("""{"id":"t2","prompt":"two","conversation":"c","turn":2}""");
        await Eventually.TrueAsync("the second turn's call is under way", async () => (await _pipeline.CallsAsync()).Count == 2);
        await _pipeline.Get<Redrive>().JobAsync(JobId.Parse("t1"), Cancel);
        await _pipeline.DeliverNextAsync(message => message.Reason == "redrive");
        (await _pipeline.JobAsync("t1"))!.State.ShouldBe(JobState.Waiting);

        await _pipeline.Get<JobEnding>().TailAsync(failed, Cancel);
        await _pipeline.LetCallsGoAsync();
        await _pipeline.PumpAsync(second);

        (await _pipeline.RunUntilEndedAsync("t1")).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_job_whose_history_no_longer_fits_its_row_is_tried_anew_and_numbers_its_tries_on()
    {
        var now = _pipeline.Time.GetUtcNow();
        var accepted = new AcceptedPrompt(new Prompt { Id = "long", Text = "x" }, null, []);
        await _pipeline.Ledger.AddAsync(
            new Job
            {
                Id = JobId.Parse("long"),
                State = JobState.Failed,
                Accepted = accepted,
                Content = ContentDigest.Of(accepted),
                Source = "queue",
                CreatedAt = now,
                Claim = "claim",
                Attempts = [.. Enumerable.Range(1, 150).Select(n => new Attempt(n, now, now, 500, FailureKind.Transient, new string('x', 100)))],
            },
            Cancel);
        (await _pipeline.JobAsync("long"))!.Attempts.Count.ShouldBeLessThan(150);
        await _pipeline.Get<Redrive>().JobAsync(JobId.Parse("long"), Cancel);
        for (var calls = 1; calls <= 11; calls++)
        {
            await _pipeline.FaultAsync("""{"status":408}""", always: false);
            await _pipeline.DeliverNextAsync(message => message.JobId == "long");
            var waiting = (await _pipeline.JobAsync("long"))!;
            (waiting.State, waiting.Attempts[^1].N, waiting.Counted.Count).ShouldBe((JobState.Waiting, 150 + calls, calls));
        }

        var job = await _pipeline.RunUntilEndedAsync("long");

        (job.State, job.Tried, job.Attempts[^1].Status).ShouldBe((JobState.Succeeded, 162, 200));
        (await _pipeline.CallsAsync()).Count.ShouldBe(12);
    }

    [Fact]
    public async Task A_batch_whose_name_was_refused_is_told_of_again_as_a_file_and_asked_of_nobody()
    {
        var name = new string('x', 1010);
        await _pipeline.PutBlobAsync($"batches/{name}.jsonl", """{"prompt":"one"}""");
        await _pipeline.Get<Batches>().OnDroppedAsync(name, Cancel);

        (await _pipeline.Get<Redrive>().AllAsync(null, Cancel)).ShouldBe(1);

        DropEvent.Read((await _pipeline.TakeAsync("drop-events")).Body.ToString()).ShouldBe(new DropEvent("batches", $"{name}.jsonl", null, IsArrival: true));
        (await _pipeline.Account.Queues.GetQueueClient("prompts").PeekMessageAsync(Cancel)).Value.ShouldBeNull();
    }

    [Theory]
    [InlineData("work")]
    [InlineData("callbacks")]
    [InlineData("drop-events")]
    public async Task What_was_no_prompt_goes_back_to_its_own_queue_as_it_was(string queue)
    {
        await KeepAsync(queue, "a text that could be a prompt");

        (await _pipeline.Get<Redrive>().AllAsync(null, Cancel)).ShouldBe(1);

        (await _pipeline.TakeAsync(queue)).Body.ToString().ShouldBe("a text that could be a prompt");
    }

    [Fact]
    public async Task A_message_that_named_a_job_is_sent_again_and_has_no_job_tried_again()
    {
        await FailOnceAsync("failed");
        await KeepAsync("work", """{"reason":"look","jobId":"failed"}""", jobId: "failed");

        (await _pipeline.Get<Redrive>().OneAsync((await _pipeline.DeadLettersAsync()).Single(letter => letter.GetString("Source") == "work").RowKey, Cancel)).ShouldBeTrue();

        (await _pipeline.JobAsync("failed"))!.State.ShouldBe(JobState.Failed);
        await _pipeline.TakeAsync("work", "look");
    }

    [Fact]
    public async Task A_letter_that_came_by_no_queue_stays_where_it_is()
    {
        await KeepAsync("elsewhere", "a text that could be a prompt");

        (await _pipeline.Get<Redrive>().AllAsync(null, Cancel)).ShouldBe(0);

        (await _pipeline.Account.Queues.GetQueueClient("prompts").PeekMessageAsync(Cancel)).Value.ShouldBeNull();
        (await LetterAsync()).GetDateTimeOffset("RedrivenAt").ShouldBeNull();
    }

    private Task KeepAsync(string source, string original, string? jobId = null) =>
        _pipeline.Get<DeadLetters>().AddAsync(new DeadLetter(jobId, FailureKind.Rejected, "no", source, original, _pipeline.Time.GetUtcNow(), original), Cancel);

    private async Task FailOnceAsync(string id, string more = "", JobState state = JobState.Failed)
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "fails" }, fault = new { status = 409, body = "{\"detail\":\"no\"}" } });
        await _pipeline.RunAsync("{\"id\":\"" + id + "\",\"prompt\":\"fails\"" + more + "}");
        (await _pipeline.JobAsync(id))!.State.ShouldBe(state);
    }

    private async Task<Task> SendAgainUntilItCallsAsync(string id)
    {
        await _pipeline.HoldCallsAsync();
        await _pipeline.Get<Redrive>().JobAsync(JobId.Parse(id), Cancel);
        var again = _pipeline.Deliveries.OnWorkAsync(_pipeline.Work.TakeNext(message => message.Reason == "redrive")!.Delivery, Cancel);
        await Eventually.TrueAsync("the call is under way", async () => (await _pipeline.CallsAsync()).Count == 2);
        return again;
    }

    // The second turn waits until the first, which is in its call, has ended, and goes on from what that said
    private async Task ShouldBeAnsweredBeforeTheNextAsync(Task first)
    {
        await _pipeline.RunForAsync(TimeSpan.FromSeconds(1), message => message.JobId == "t2");
        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
        await _pipeline.LetCallsGoAsync();
        await _pipeline.PumpAsync(first);
        (await _pipeline.JobAsync("t1"))!.State.ShouldBe(JobState.Succeeded);
        await _pipeline.RunUntilEndedAsync("t2");

        var calls = await _pipeline.CallsAsync();
        calls.Select(call => call.GetProperty("prompt").GetString()).ShouldBe(["fails", "fails", "two"]);
        calls[2].GetProperty("parent_message_id").GetString().ShouldBe((await _pipeline.ResultAsync("t1/result.json")).GetProperty("messageId").GetString());
    }

    private async Task<Azure.Data.Tables.TableEntity> LetterAsync() => (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
}
