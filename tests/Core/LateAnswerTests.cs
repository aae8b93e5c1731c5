using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>A worker is cut off during its call, declared dead and taken over; then its call ends after all.</summary>
public sealed class LateAnswerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _first = null!;
    private Pipeline _second = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _first = await Pipeline.StartAsync(azurite);

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_second_call_ends_the_job_without_one()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");
        (await _second.JobAsync("job"))!.State.ShouldBe(JobState.Waiting);
        (await _second.JobAsync("job"))!.PossiblyBilled.ShouldBe(1);

        await ReturnAsync(call);

        await ShouldHaveSucceededWithOneCallAsync();
        await _second.DeliverNextAsync(message => message.JobId == "job");
        await ShouldHaveSucceededWithOneCallAsync();
    }

    [Fact]
    public async Task An_answer_stored_by_a_worker_that_could_do_no_more_is_adopted_by_the_next()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");

        // Its line comes back for the answer only
        _first.Storage.Before = request =>
        {
            _first.Storage.IsCut = !request.Uri.AbsolutePath.Contains("/answers/", StringComparison.Ordinal);
            return Task.CompletedTask;
        };
        await _first.ReleaseAsync(1);
        await Eventually.TrueAsync("the answer is stored", async () =>
        {
            await _first.PassAsync(TimeSpan.FromSeconds(2));
            return await _first.Account.Blobs.GetBlobContainerClient("payloads").GetBlobClient("answers/job/1.json").ExistsAsync(Cancel);
        });
        await _second.RunUntilEndedAsync("job");

        await ShouldHaveSucceededWithOneCallAsync();
        await ReturnAsync(call);
        await ShouldHaveSucceededWithOneCallAsync();
    }

    [Fact]
    public async Task An_answer_that_comes_to_a_job_that_was_held_as_unknown_ends_it_well()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""", ("Jobs__UnknownOutcome", "hold"));
        (await _second.JobAsync("job"))!.State.ShouldBe(JobState.Unknown);

        await ReturnAsync(call);

        await ShouldHaveSucceededWithOneCallAsync();
    }

    [Fact]
    public async Task A_refusal_that_comes_to_a_job_that_was_held_as_unknown_leaves_its_end_as_it_is()
    {
        var call = await CutOffAsync("""{"delayMs":86400000,"status":400,"body":{"detail":"no"}}""", ("Jobs__UnknownOutcome", "hold"));

        await ReturnAsync(call);

        (await _second.JobAsync("job"))!.State.ShouldBe(JobState.Unknown);
        (await _second.ResultAsync("job/result.json")).GetProperty("state").GetString().ShouldBe("unknown");
    }

    [Fact]
    public async Task An_answer_of_a_call_given_up_before_the_last_one_is_adopted_too()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");
        await _second.FaultAsync("""{"status":502}""", always: false);
        await _second.DeliverNextAsync(message => message.JobId == "job");
        (await _second.JobAsync("job"))!.Attempts.Select(attempt => attempt.Kind).ShouldBe([FailureKind.Ambiguous, FailureKind.Transient]);
        await ReturnAsync(call);

        var job = await _second.RunUntilEndedAsync("job");

        (job.State, job.PossiblyBilled).ShouldBe((JobState.Succeeded, 0));
        job.Attempts.Select(attempt => attempt.Status).ShouldBe([200, 502]);
        (await _second.CallsAsync()).Count(asked => asked.GetProperty("billed").GetBoolean()).ShouldBe(1);
    }

    [Fact]
    public async Task A_late_answer_that_is_no_use_is_looked_at_once()
    {
        var call = await CutOffAsync("""{"delayMs":86400000,"noAnswer":true}""");
        await _second.FaultAsync("""{"status":502}""", always: false);
        await _second.DeliverNextAsync(message => message.JobId == "job");
        await ReturnAsync(call);

        var job = await _second.RunUntilEndedAsync("job");

        job.State.ShouldBe(JobState.Succeeded);
        job.Attempts.Select(attempt => attempt.Kind).ShouldBe([FailureKind.Empty, FailureKind.Transient, null]);
    }

    [Fact]
    public async Task A_refused_answer_is_not_taken_up_again_because_an_earlier_call_was_given_up()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");
        await _second.FaultAsync("""{"noAnswer":true}""", always: false);

        var job = await _second.RunUntilEndedAsync("job");

        (job.State, job.PossiblyBilled).ShouldBe((JobState.Succeeded, 2));
        job.Attempts.Select(attempt => attempt.Kind).ShouldBe([FailureKind.Ambiguous, FailureKind.Empty, null]);
        await ReturnAsync(call);
    }

    [Fact]
    public async Task A_late_answer_that_is_no_use_does_not_keep_a_job_that_is_sent_again_from_running()
    {
        var call = await CutOffAsync("""{"delayMs":86400000,"noAnswer":true}""", ("Jobs__UnknownOutcome", "hold"));
        await ReturnAsync(call);
        (await _second.JobAsync("job"))!.State.ShouldBe(JobState.Unknown);
        (await _second.Get<Redrive>().JobAsync(JobId.Parse("job"), Cancel)).ShouldBeTrue();

        var job = await _second.RunUntilEndedAsync("job");

        job.State.ShouldBe(JobState.Succeeded);
        job.Attempts.Select(attempt => attempt.Kind).ShouldBe([FailureKind.Empty, null]);
        (await _second.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_dead_letter_of_a_job_whose_answer_came_after_all_need_not_be_sent_again()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""", ("Jobs__UnknownOutcome", "hold"));
        (await _second.DeadLettersAsync()).ShouldHaveSingleItem().GetDateTimeOffset("RedrivenAt").ShouldBeNull();

        await ReturnAsync(call);

        (await _second.DeadLettersAsync()).ShouldHaveSingleItem().GetDateTimeOffset("RedrivenAt").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_late_answer_leaves_the_result_of_the_second_call_alone()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");
        await _second.RunUntilEndedAsync("job");
        var result = await _second.BlobAsync("results", "job/result.json");

        await ReturnAsync(call);

        ((await _second.BlobAsync("results", "job/result.json")) == result).ShouldBeTrue("the result was written over");
        (await _second.CallsAsync()).Count.ShouldBe(2);
        (await _second.JobAsync("job"))!.PossiblyBilled.ShouldBe(1);
    }

    [Fact]
    public async Task A_late_answer_does_not_end_a_job_whose_second_call_is_under_way()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");
        await _second.FaultAsync("""{"delayMs":86400000}""", always: false);
        var second = _second.RunUntilEndedAsync("job");
        await Eventually.TrueAsync("the second call is under way", async () => (await _second.CallsAsync()).Count == 2);

        await ReturnAsync(call);
        (await _second.JobAsync("job"))!.State.ShouldBe(JobState.Running);
        (await _second.Account.Blobs.GetBlobContainerClient("results").GetBlobClient("job/result.json").ExistsAsync(Cancel)).Value.ShouldBeFalse("a job that runs has a result");
        await _second.ReleaseAsync(2);
        var job = await second;

        (job.State, job.PossiblyBilled, job.Attempts.Count).ShouldBe((JobState.Succeeded, 1, 2));
        (await _second.CallsAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"delayMs":86400000,"drop":"afterAccept"}""", FailureKind.Ambiguous, 1)]
    [InlineData("""{"delayMs":86400000,"status":400}""", FailureKind.Rejected, 0)]
    public async Task A_job_whose_last_call_fails_for_good_ends_with_the_answer_that_an_earlier_one_brought_meanwhile(string fault, FailureKind kind, int possiblyBilled)
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""");
        await _second.FaultAsync(fault, always: false);
        var second = _second.RunUntilEndedAsync("job");
        await Eventually.TrueAsync("the second call is under way", async () => (await _second.CallsAsync()).Count == 2);
        await ReturnAsync(call);

        await _second.ReleaseAsync(2);
        var job = await second;

        (job.State, job.PossiblyBilled).ShouldBe((JobState.Succeeded, possiblyBilled));
        job.Attempts.Select(attempt => attempt.Kind).ShouldBe([null, kind]);
        (await _second.ResultAsync("job/result.json")).GetProperty("answer").GetString()!.ShouldEndWith("\"x\"");
        (await _second.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_refusal_leaves_the_result_of_the_second_call_alone()
    {
        var call = await CutOffAsync("""{"delayMs":86400000,"status":400}""");
        await _second.RunUntilEndedAsync("job");
        var result = await _second.BlobAsync("results", "job/result.json");

        await ReturnAsync(call);

        ((await _second.BlobAsync("results", "job/result.json")) == result).ShouldBeTrue("the result was written over");
        (await _second.JobAsync("job"))!.State.ShouldBe(JobState.Succeeded);
        (await _second.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_of_a_turn_is_part_of_its_conversation_however_late_it_came()
    {
        var call = await CutOffAsync("""{"delayMs":86400000}""", conversation: "c");
        await ReturnAsync(call);

        await _second.PumpAsync(_second.RunAsync("""{"id":"next","prompt":"two","conversation":"c"}"""));

        var calls = await _second.CallsAsync();
        calls.Select(asked => asked.GetProperty("prompt").GetString()).ShouldBe(["x", "two"]);
        var first = await _second.ResultAsync("job/result.json");
        (await _second.ResultAsync("next/result.json")).GetProperty("turn").GetInt32().ShouldBe(first.GetProperty("turn").GetInt32() + 1);
    }

    // The first process is in its call, which the emulator holds, when it loses storage; the second finds it dead
    private async Task<Task> CutOffAsync(string fault, params (string Setting, string Value)[] settings) => await CutOffAsync(fault, null, settings);

    private async Task<Task> CutOffAsync(string fault, string? conversation, params (string Setting, string Value)[] settings)
    {
        _second = await _first.AnotherAsync(settings);
        await _first.FaultAsync(fault, always: false);
        var message = await _first.SendAsync(conversation is null ? """{"id":"job","prompt":"x"}""" : """{"id":"job","prompt":"x","conversation":"c"}""");
        var call = _first.Deliveries.OnPromptAsync(message, Cancel);
        await Eventually.TrueAsync("the call is under way", async () => (await _first.CallsAsync()).Count == 1);
        _first.Storage.IsCut = true;
        for (var looks = 0; looks < 10 && _second.Work.All.All(sent => sent.Message.Reason != "takeover"); looks++)
            await _second.DeliverNextAsync(sent => sent.Watch is not null);
        await _second.DeliverNextAsync(sent => sent.Reason == "takeover");
        (await _second.JobAsync("job"))!.Attempts[0].Kind.ShouldBe(FailureKind.Ambiguous);
        return call;
    }

    private async Task ReturnAsync(Task call)
    {
        _first.Storage.Before = null;
        _first.Storage.IsCut = false;
        await _first.ReleaseAsync(1);
        await _first.PumpAsync(call);
    }

    private async Task ShouldHaveSucceededWithOneCallAsync()
    {
        (await _second.CallsAsync()).Count.ShouldBe(1);
        var job = (await _second.JobAsync("job"))!;
        (job.State, job.PossiblyBilled, job.Attempts.Count).ShouldBe((JobState.Succeeded, 0, 1));
        (await _second.ResultAsync("job/result.json")).GetProperty("answer").GetString()!.ShouldEndWith("\"x\"");
    }
}
