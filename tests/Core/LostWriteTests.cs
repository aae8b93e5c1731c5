using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>A write takes effect and its answer is lost: the pipeline meets its own first try and goes on, instead of taking it for another's.</summary>
public sealed class LostWriteTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_job_whose_putting_off_was_written_unheard_is_woken_all_the_same()
    {
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        LoseOnce("\"State\":\"waiting\"");

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));

        (await _pipeline.RunUntilEndedAsync("job")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_job_whose_failure_was_written_unheard_has_its_dead_letter()
    {
        await _pipeline.FaultAsync("""{"status":400}""", always: false);
        LoseOnce("\"State\":\"failed\"");

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));

        (await _pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Failed);
        (await _pipeline.DeadLettersAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_whose_success_was_written_unheard_frees_its_conversation()
    {
        await _pipeline.RunAsync("""{"id":"t2","prompt":"two","conversation":"c","turn":2}""");
        LoseOnce("\"State\":\"succeeded\"");

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"t1","prompt":"one","conversation":"c","turn":1}"""));

        (await _pipeline.JobAsync("t1"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.RunUntilEndedAsync("t2")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Select(call => call.GetProperty("prompt").GetString()).ShouldBe(["one", "two"]);
        (await _pipeline.ResultAsync("t2/result.json")).GetProperty("rebuilt").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_that_was_stored_unheard_is_finished_without_another_call()
    {
        LoseOnce("", "/answers/");

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"job","prompt":"x"}"""));

        (await _pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_is_stored_however_long_storage_is_away_while_the_function_may_run()
    {
        await _pipeline.FaultAsync("""{"delayMs":86400000}""", always: false);
        var run = _pipeline.RunAsync("""{"id":"job","prompt":"x"}""");
        await Eventually.TrueAsync("the call is under way", async () => (await _pipeline.CallsAsync()).Count == 1);
        _pipeline.Storage.IsCut = true;
        await _pipeline.ReleaseAsync();
        await Eventually.TrueAsync("the call has ended", async () => (await _pipeline.CallsAsync())[0].GetProperty("status").ValueKind != System.Text.Json.JsonValueKind.Null);
        for (var minute = 0; minute < 8 * 6; minute++)
        {
            await _pipeline.PassAsync(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        _pipeline.Storage.IsCut = false;
        await _pipeline.PumpAsync(run);

        (await _pipeline.JobAsync("job"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("hold", JobState.Unknown, 1)]
    [InlineData("retryOnce", JobState.Succeeded, 2)]
    public async Task An_answer_that_could_not_be_stored_before_the_functions_time_was_up_is_an_unknown_outcome(string setting, JobState state, int calls)
    {
        await using var pipeline = await _pipeline.AnotherAsync(("Jobs__UnknownOutcome", setting));
        await pipeline.FaultAsync("""{"delayMs":86400000}""", always: false);
        var message = await pipeline.SendAsync("""{"id":"job","prompt":"x"}""");
        var run = pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync("the call is under way", async () => (await pipeline.CallsAsync()).Count == 1);
        pipeline.Storage.IsCut = true;
        await pipeline.ReleaseAsync();
        await Eventually.TrueAsync("the answer has come", () => pipeline.Storage.Requests.Any(IsTry));
        await pipeline.PassAsync(TimeSpan.FromMinutes(19));
        var tries = pipeline.Storage.Requests.Count(IsTry);
        await Eventually.TrueAsync("it is still tried", async () =>
        {
            await pipeline.PassAsync(TimeSpan.FromMilliseconds(200));
            return pipeline.Storage.Requests.Count(IsTry) > tries;
        });
        run.IsCompleted.ShouldBeFalse();
        await pipeline.PassAsync(TimeSpan.FromMinutes(0.5));

        await Should.ThrowAsync<Azure.RequestFailedException>(() => pipeline.PumpAsync(run));
        pipeline.Storage.IsCut = false;
        await pipeline.PumpAsync(pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken));

        (await pipeline.JobAsync("job"))!.Attempts.ShouldHaveSingleItem().Kind.ShouldBe(FailureKind.Ambiguous);
        var job = await pipeline.RunUntilEndedAsync("job");
        (job.State, job.PossiblyBilled).ShouldBe((state, 1));
        (await pipeline.CallsAsync()).Count.ShouldBe(calls);
    }

    [Fact]
    public async Task A_job_whose_taking_in_was_written_unheard_is_found_by_the_next_delivery()
    {
        var message = await _pipeline.SendAsync("""{"id":"job","prompt":"x"}""");
        LoseOnce("\"RowKey\":\"job\"");
        await Should.ThrowAsync<Azure.RequestFailedException>(() => _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken));

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.RunUntilEndedAsync("job")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    // Begins with the first write of the answer or, when the lease is over, with a look at the job
    private static bool IsTry(StorageRequest request) =>
        request.Uri.AbsolutePath.EndsWith("/job/answer.md", StringComparison.Ordinal)
        || (request.Method == "GET" && request.Uri.AbsolutePath.EndsWith(",RowKey='job')", StringComparison.Ordinal));

    private void LoseOnce(string body, string path = "/jobs")
    {
        var lost = 0;
        _pipeline.Storage.LosesAnswerOf = request => request.Method is not "GET"
            && request.Uri.AbsolutePath.Contains(path, StringComparison.Ordinal)
            && request.Body.Contains(body, StringComparison.Ordinal)
            && Interlocked.Increment(ref lost) == 1;
    }
}
