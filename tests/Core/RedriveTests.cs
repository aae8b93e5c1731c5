using SparrowFunctions.Intake;
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

    private async Task FailOnceAsync(string id, string more = "")
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "fails" }, fault = new { status = 409, body = "{\"detail\":\"no\"}" } });
        await _pipeline.RunAsync("{\"id\":\"" + id + "\",\"prompt\":\"fails\"" + more + "}");
        (await _pipeline.JobAsync(id))!.State.ShouldBe(JobState.Failed);
    }

    private async Task<Azure.Data.Tables.TableEntity> LetterAsync() => (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
}
