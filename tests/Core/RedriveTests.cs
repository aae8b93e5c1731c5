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

    private async Task FailOnceAsync(string id, string more = "")
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "fails" }, fault = new { status = 409, body = "{\"detail\":\"no\"}" } });
        await _pipeline.RunAsync("{\"id\":\"" + id + "\",\"prompt\":\"fails\"" + more + "}");
        (await _pipeline.JobAsync(id))!.State.ShouldBe(JobState.Failed);
    }

    private async Task<Azure.Data.Tables.TableEntity> LetterAsync() => (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
}
