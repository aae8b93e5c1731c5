using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Permits;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>Every row of the contract's table of kinds, from Sparrow's answer to the end of the job. The emulator says what was called and paid.</summary>
public sealed class FailureKindTests(AzuriteFixture azurite)
{
    private const string Once = "once";
    private const string Always = "always";

    [Theory]
    // Rejected: fails at once, one call
    [InlineData(Once, """{"status":400}""", JobState.Failed, "rejected", 1, 0)]
    [InlineData(Once, """{"status":404}""", JobState.Failed, "rejected", 1, 0)]
    [InlineData(Once, """{"status":409}""", JobState.Failed, "rejected", 1, 0)]
    [InlineData(Once, """{"status":413}""", JobState.Failed, "rejected", 1, 0)]
    [InlineData(Once, """{"status":422}""", JobState.Failed, "rejected", 1, 0)]
    [InlineData(Once, """{"status":302}""", JobState.Failed, "rejected", 1, 0)]
    // Gate: the job waits and goes on by itself
    [InlineData(Once, """{"status":401}""", JobState.Succeeded, "gate", 2, 0)]
    [InlineData(Once, """{"status":402}""", JobState.Succeeded, "gate", 2, 0)]
    [InlineData(Once, """{"status":403}""", JobState.Succeeded, "gate", 2, 0)]
    [InlineData(Once, """{"status":429,"body":{"error":{"code":"insufficient_quota"}}}""", JobState.Succeeded, "gate", 2, 0)]
    // Slow down: a short wait inside the call, a longer one outside of it
    [InlineData(Once, """{"status":429,"retryAfter":2}""", JobState.Succeeded, null, 2, 0)]
    [InlineData(Once, """{"status":429,"retryAfter":90}""", JobState.Succeeded, "slow down", 2, 0)]
    [InlineData(Always, """{"status":429,"retryAfter":90}""", JobState.Failed, "slow down", 3, 0)]
    // Transient: retried, three tries here
    [InlineData(Once, """{"status":408}""", JobState.Succeeded, "transient", 2, 0)]
    [InlineData(Once, """{"status":500}""", JobState.Succeeded, "transient", 2, 0)]
    [InlineData(Once, """{"status":502,"htmlBody":true}""", JobState.Succeeded, "transient", 2, 0)]
    [InlineData(Once, """{"status":503}""", JobState.Succeeded, null, 2, 0)]
    [InlineData(Once, """{"status":504}""", JobState.Succeeded, "transient", 2, 0)]
    [InlineData(Once, """{"status":520}""", JobState.Succeeded, "transient", 2, 0)]
    [InlineData(Always, """{"status":408}""", JobState.Failed, "transient", 3, 0)]
    // Ambiguous: may be paid, repeated once
    [InlineData(Once, """{"drop":"before"}""", JobState.Succeeded, "ambiguous", 2, 1)]
    [InlineData(Once, """{"drop":"afterAccept"}""", JobState.Succeeded, "ambiguous", 2, 1)]
    [InlineData(Once, """{"drop":"midBody"}""", JobState.Succeeded, "ambiguous", 2, 1)]
    [InlineData(Once, """{"status":200,"body":"{\"created\":1,"}""", JobState.Succeeded, "ambiguous", 2, 1)]
    [InlineData(Once, """{"status":200,"htmlBody":true}""", JobState.Succeeded, "ambiguous", 2, 1)]
    [InlineData(Always, """{"drop":"afterAccept"}""", JobState.Failed, "ambiguous", 2, 2)]
    [InlineData(Always, """{"status":200,"body":"garbage"}""", JobState.Failed, "ambiguous", 2, 2)]
    // Wrong model: a new conversation, at most two more
    [InlineData(Once, """{"status":415}""", JobState.Succeeded, "wrong model", 2, 1)]
    [InlineData(Once, """{"wrongModel":true}""", JobState.Succeeded, "wrong model", 2, 1)]
    [InlineData(Always, """{"status":415}""", JobState.Failed, "wrong model", 3, 3)]
    [InlineData(Always, """{"wrongModel":true}""", JobState.Failed, "wrong model", 3, 3)]
    // Empty: paid as far as is known, and retried
    [InlineData(Once, """{"noAnswer":true}""", JobState.Succeeded, "empty", 2, 1)]
    [InlineData(Once, """{"inBandError":"moderation"}""", JobState.Succeeded, "empty", 2, 1)]
    [InlineData(Always, """{"noAnswer":true}""", JobState.Failed, "empty", 3, 3)]
    public async Task What_sparrow_answers_decides_how_the_job_ends(string times, string fault, JobState state, string? kind, int calls, int possiblyBilled)
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Jobs__MaxAttempts", "3"));
        await pipeline.FaultAsync(fault, always: times == Always);

        await pipeline.PumpAsync(pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));
        var job = await pipeline.RunUntilEndedAsync("job");

        job.State.ShouldBe(state);
        (await pipeline.CallsAsync()).Count.ShouldBe(calls);
        var result = await pipeline.ResultAsync("job/result.json");
        result.GetProperty("state").GetString().ShouldBe(state.Name());
        result.GetProperty("kind").GetString().ShouldBe(state == JobState.Failed ? kind : null);
        result.GetProperty("attempts")[0].GetProperty("kind").GetString().ShouldBe(kind);
        result.GetProperty("possiblyBilled").GetInt32().ShouldBe(possiblyBilled);
        (await pipeline.DeadLettersAsync()).Count.ShouldBe(state == JobState.Failed ? 1 : 0);
        if (state == JobState.Succeeded)
            result.GetProperty("answer").GetString()!.ShouldEndWith("\"x\"");
        else
            result.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("""{"drop":"before"}""")]
    [InlineData("""{"drop":"afterAccept"}""")]
    [InlineData("""{"drop":"midBody"}""")]
    [InlineData("""{"status":200,"body":"garbage"}""")]
    public async Task Where_unknown_outcomes_are_held_the_job_is_unknown_with_a_dead_letter_and_no_second_call(string fault)
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Jobs__UnknownOutcome", "hold"));
        await pipeline.FaultAsync(fault, always: true);

        await pipeline.RunAsync("""{"id":"job","prompt":"x"}""");

        (await pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Unknown);
        (await pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Kind").ShouldBe("ambiguous");
        (await pipeline.ResultAsync("job/result.json")).GetProperty("possiblyBilled").GetInt32().ShouldBe(1);
        pipeline.Work.TakeNext(message => message.JobId == "job").ShouldBeNull();
        await pipeline.RunAsync("""{"id":"job","prompt":"x"}""");
        (await pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_is_never_answered_ends_after_the_request_timeout_as_possibly_billed()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Jobs__UnknownOutcome", "hold"));
        await pipeline.FaultAsync("""{"delayMs":60000}""", always: true);

        var run = pipeline.RunAsync("""{"id":"job","prompt":"x"}""");
        await Eventually.TrueAsync("the call is under way", async () => (await pipeline.CallsAsync()).Count == 1);
        await pipeline.PassAsync(new TimeSpan(0, 8, 31));
        await run;

        var job = (await pipeline.JobAsync("job"))!;
        (job.State, job.Kind, job.PossiblyBilled).ShouldBe((JobState.Unknown, FailureKind.Ambiguous, 1));
        job.Reason.ShouldBe("No answer came within 00:08:30.");
    }

    [Fact]
    public async Task A_connection_that_is_refused_was_never_a_call_and_is_retried()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__BaseUrl", "http://127.0.0.1:1/"), ("Jobs__MaxAttempts", "3"));

        await pipeline.PumpAsync(pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));
        var job = await pipeline.RunUntilEndedAsync("job");

        (job.State, job.Kind, job.PossiblyBilled, job.Attempts.Count).ShouldBe((JobState.Failed, FailureKind.Transient, 0, 3));
        job.Reason!.ShouldContain("refused");
    }

    [Fact]
    public async Task A_refused_answer_of_another_model_is_kept_with_its_attempt()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        await pipeline.FaultAsync("""{"wrongModel":true}""", always: false);

        await pipeline.RunAsync("""{"id":"job","prompt":"x"}""");
        await pipeline.RunUntilEndedAsync("job");

        (await pipeline.BlobAsync("payloads", "answers/job/1.json")).ShouldContain("text-davinci-002-render-sha");
        (await pipeline.BlobAsync("results", "job/result.json")).ShouldNotContain("\"model_slug\": \"text-davinci-002-render-sha\"");
    }

    [Fact]
    public async Task Any_other_model_than_asked_is_only_a_warning()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        await pipeline.FaultAsync("""{"wrongModel":"gpt-4o"}""", always: true);

        await pipeline.RunAsync("""{"id":"job","prompt":"x"}""");

        var result = await pipeline.ResultAsync("job/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("warnings")[0].GetString().ShouldBe("The model gpt-4o answered where gpt-4 was asked.");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    public async Task An_answer_that_names_the_conversation_rebuilds_it_at_once(int status)
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        await pipeline.RunAsync("""{"id":"first","prompt":"one","conversation":"c"}""");
        await pipeline.FaultAsync($$$"""{"status":{{{status}}},"body":{"detail":"conversation not found"}}""", always: false);

        await pipeline.RunAsync("""{"id":"second","prompt":"two","conversation":"c"}""");

        var result = await pipeline.ResultAsync("second/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("rebuilt").GetBoolean().ShouldBeTrue();
        result.GetProperty("attempts")[0].GetProperty("kind").GetString().ShouldBe("session");
        result.GetProperty("possiblyBilled").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Too_many_requests_lower_the_number_of_calls_at_once_and_hold_all_back_for_as_long_as_asked()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "10"), ("Sparrow__CallRetries", "0"));
        await pipeline.FaultAsync("""{"status":429,"retryAfter":90}""", always: false);

        await pipeline.RunAsync("""{"id":"slow","prompt":"x"}""");

        var pool = pipeline.Get<CallPermits>().Of(SparrowMode.Standard);
        (pool.Limit, pool.BlockedFor > TimeSpan.FromSeconds(80)).ShouldBe((8, true));
    }

    [Fact]
    public async Task A_retry_waits_as_long_as_sparrow_asked()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        await pipeline.FaultAsync("""{"status":429,"retryAfter":7200}""", always: false);

        await pipeline.RunAsync("""{"id":"job","prompt":"x"}""");

        (await pipeline.JobAsync("job"))!.NextAttemptAt!.Value.ShouldBe(pipeline.Time.GetUtcNow().AddHours(2), TimeSpan.FromSeconds(5));
        pipeline.Work.All.Last(sent => sent.Message.JobId == "job").Delay.ShouldBe(TimeSpan.FromHours(2), TimeSpan.FromSeconds(2));
    }
}
